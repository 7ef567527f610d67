use crate::user;
use wenyuan_domain::account::{self, AccountError, NewUser, Role};
use wenyuan_domain::session;

#[tokio::test]
async fn names_and_addresses_are_unique_whatever_their_case_and_width() {
    for test in wenyuan_testing::databases().await.unwrap() {
        user(&test.db, "Anna", Role::Member).await;
        let mut new = NewUser {
            name: "ａNNA".into(),
            email: "other@example.com".into(),
            password: "correct horse battery".into(),
            role: Role::Member,
        };
        let taken = account::create(&test.db, new.clone()).await.unwrap_err();
        assert!(matches!(taken, AccountError::NameTaken), "{taken}");
        new.name = "李四".into();
        new.email = format!("{}@EXAMPLE.com", hex::encode("Anna"));
        let taken = account::create(&test.db, new).await.unwrap_err();
        assert!(matches!(taken, AccountError::EmailTaken), "{taken}");
    }
}

#[tokio::test]
async fn bad_fields_are_told_apart() {
    let test = wenyuan_testing::databases().await.unwrap().remove(0);
    let good = NewUser {
        name: "周老师".into(),
        email: "zhou@example.com".into(),
        password: "correct horse battery".into(),
        role: Role::Member,
    };
    for name in ["", "x", "a b", "12345", "a/b", "<b>x</b>", &"长".repeat(33)] {
        let new = NewUser {
            name: name.into(),
            ..good.clone()
        };
        let error = account::create(&test.db, new).await.unwrap_err();
        assert!(matches!(error, AccountError::BadName), "{name}: {error}");
    }
    for email in [
        "",
        "x",
        "@example.com",
        "a@b",
        "a@.com",
        "a b@example.com",
        "a@b@c.de",
    ] {
        let new = NewUser {
            email: email.into(),
            ..good.clone()
        };
        let error = account::create(&test.db, new).await.unwrap_err();
        assert!(matches!(error, AccountError::BadEmail), "{email}: {error}");
    }
    for (password, common) in [
        ("short", false),
        ("PassWord123", true),
        ("woaini1314", true),
    ] {
        let new = NewUser {
            password: password.into(),
            ..good.clone()
        };
        let error = account::create(&test.db, new).await.unwrap_err();
        assert_eq!(
            matches!(error, AccountError::CommonPassword),
            common,
            "{password}"
        );
    }
    account::create(&test.db, good).await.unwrap();
}

#[tokio::test]
async fn a_password_change_ends_every_session() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let db = &test.db;
        let anna = user(db, "Anna", Role::Member).await;
        let by_name = account::authenticate(db, "anna", "correct horse battery").await;
        assert_eq!(by_name.unwrap().id, anna.id);
        let by_email = account::authenticate(db, &anna.email, "correct horse battery").await;
        assert_eq!(by_email.unwrap().id, anna.id);
        for (login, password) in [("anna", "wrong horse battery"), ("nobody", "x")] {
            let error = account::authenticate(db, login, password)
                .await
                .unwrap_err();
            assert!(matches!(error, AccountError::WrongCredentials));
        }

        let token = session::create(db, anna.id).await.unwrap();
        assert_eq!(
            session::find(db, &token).await.unwrap().unwrap().id,
            anna.id
        );
        assert!(session::find(db, "forged").await.unwrap().is_none());

        let wrong = account::change_password(db, anna.id, "guess", "a new long one").await;
        assert!(matches!(wrong, Err(AccountError::WrongCredentials)));
        assert!(session::find(db, &token).await.unwrap().is_some());
        account::change_password(db, anna.id, "correct horse battery", "a new long one")
            .await
            .unwrap();
        assert!(session::find(db, &token).await.unwrap().is_none());
        account::authenticate(db, "Anna", "a new long one")
            .await
            .unwrap();

        let token = session::create(db, anna.id).await.unwrap();
        session::delete(db, &token).await.unwrap();
        assert!(session::find(db, &token).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn an_account_of_staff_is_in_the_audit_log_and_a_members_is_not() {
    for test in wenyuan_testing::databases().await.unwrap() {
        user(&test.db, "Anna", Role::Member).await;
        let staff = user(&test.db, "Staff", Role::Administrator).await;
        let rows = sqlx::query("select subject, detail from audit_log")
            .fetch_all(test.db.read())
            .await
            .unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(
            sqlx::Row::get::<String, _>(&rows[0], 0),
            format!("user:{}", staff.id)
        );
        assert_eq!(sqlx::Row::get::<String, _>(&rows[0], 1), "administrator");
    }
}
