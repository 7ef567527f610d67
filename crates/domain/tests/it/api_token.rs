use crate::user;
use wenyuan_domain::account::Role;
use wenyuan_domain::api_token::{self, LONGEST_NAME, MOST, PREFIX, TokenError};

#[tokio::test]
async fn a_token_acts_for_its_owner_until_it_ends_or_is_taken_back() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let db = &test.db;
        let anna = user(db, "Anna", Role::Moderator).await;
        let bert = user(db, "Bert", Role::Member).await;
        let token = api_token::create(db, anna.id, " 查重\u{7} ", None).await;
        let token = token.unwrap();
        assert!(token.starts_with(PREFIX) && token.len() == PREFIX.len() + 64);
        let found = api_token::find_user(db, &token).await.unwrap().unwrap();
        assert_eq!((found.id, found.role), (anna.id, Role::Moderator));
        assert!(api_token::find_user(db, "wy_").await.unwrap().is_none());

        let ended = api_token::create(db, anna.id, "已过期", Some(0))
            .await
            .unwrap();
        assert!(api_token::find_user(db, &ended).await.unwrap().is_none());
        // However far: no arithmetic goes wrong.
        let far = api_token::create(db, anna.id, "很久", Some(u32::MAX))
            .await
            .unwrap();
        assert!(api_token::find_user(db, &far).await.unwrap().is_some());

        let listed = api_token::list(db, anna.id).await.unwrap();
        let names: Vec<_> = listed.iter().map(|token| &*token.name).collect();
        assert_eq!(names, ["很久", "已过期", "查重"]);
        assert!(listed[1].is_expired() && listed[1].last_used.is_none());
        assert!(!listed[2].is_expired() && listed[2].last_used.is_some());
        let stored: Vec<String> = sqlx::query_scalar("select token_hash from api_tokens")
            .fetch_all(db.read())
            .await
            .unwrap();
        assert!(stored.iter().all(|hash| !token.contains(hash.as_str())));

        let id = listed[2].id;
        assert!(!api_token::delete(db, bert.id, id).await.unwrap());
        assert!(api_token::delete(db, anna.id, id).await.unwrap());
        assert!(api_token::find_user(db, &token).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn names_and_number_of_tokens_are_bounded() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let db = &test.db;
        let anna = user(db, "Anna", Role::Member).await;
        for bad in [" \n".to_owned(), "长".repeat(LONGEST_NAME + 1)] {
            let refused = api_token::create(db, anna.id, &bad, None).await;
            assert!(matches!(refused, Err(TokenError::BadName)), "{bad:?}");
        }
        for number in 0..MOST {
            api_token::create(db, anna.id, &format!("{number}"), None)
                .await
                .unwrap();
        }
        let refused = api_token::create(db, anna.id, "one more", None).await;
        assert!(matches!(refused, Err(TokenError::TooMany)));
    }
}
