use wenyuan_domain::CategoryId;
use wenyuan_domain::category::{self, Seed, Tree};
use wenyuan_domain::category_vote::{Vote, vote};

fn seed(slug: &str, children: Vec<Seed>) -> Seed {
    Seed {
        slug: slug.into(),
        name_zh: slug.into(),
        name_en: slug.into(),
        children,
    }
}

fn cast(tree: &Tree, slugs: &[&str]) -> Option<Vote> {
    let ids: Vec<Option<CategoryId>> = slugs
        .iter()
        .map(|slug| tree.by_slug(slug).map(|node| node.id))
        .collect();
    vote(tree, &ids)
}

#[tokio::test]
async fn the_deepest_category_that_the_nearest_agree_on_wins() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let children = vec![seed("papers", vec![]), seed("lessons", vec![])];
        let seeds = [seed("education", children), seed("law", vec![])];
        category::ensure(&test.db, &seeds).await.unwrap();
        let tree = category::tree(&test.db).await.unwrap();
        let winner = |slugs: &[&str]| {
            let vote = cast(&tree, slugs)?;
            let node = tree.get(vote.category)?;
            Some(format!("{} {}/{}", node.slug, vote.agreeing, vote.asked))
        };
        let clear = winner(&["papers", "papers", "law", "papers"]);
        assert_eq!(clear.as_deref(), Some("papers 3/4"));
        let split = winner(&["papers", "lessons", "papers", "lessons", "law"]);
        assert_eq!(split.as_deref(), Some("education 4/5"));
        let few = ["law", "law", "law", "papers", "papers", "papers", "papers"];
        assert_eq!(winner(&few), None, "the nearest, but few");
        let far = ["papers", "papers", "law", "law", "law"];
        assert_eq!(winner(&far), None, "more, but farther");
        assert_eq!(winner(&["law", "law", "nowhere"]), None, "two");
        assert_eq!(
            winner(&["law", "papers", "law", "papers", "law", "papers"]),
            None
        );
        assert_eq!(winner(&[]), None);
    }
}
