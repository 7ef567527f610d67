use futures::TryStreamExt;
use wenyuan_domain::blob::BlobError;
use wenyuan_domain::{BlobRef, Sha256};

#[tokio::test]
async fn bytes_come_back_whole_and_in_part() {
    for test in wenyuan_testing::stores().unwrap() {
        let blobs = &test.blobs;
        let bytes: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
        let blob = blobs.put(bytes.clone().into()).await.unwrap();
        assert_eq!(blob.size_bytes, 400_000);
        assert_eq!(blobs.get(&blob.sha256).await.unwrap(), bytes);
        blobs.put(bytes.clone().into()).await.unwrap();

        let chunks: Vec<_> = blobs
            .stream(&blob.sha256, 100..3_000)
            .await
            .unwrap()
            .try_collect()
            .await
            .unwrap();
        assert_eq!(chunks.concat(), bytes[100..3_000]);

        blobs.delete(&blob.sha256).await.unwrap();
        blobs.delete(&blob.sha256).await.unwrap();
        assert!(!blobs.exists(&blob.sha256).await.unwrap());
        let gone = blobs.get(&blob.sha256).await.unwrap_err();
        assert!(matches!(gone, BlobError::NotFound(_)), "{gone}");
    }
}

#[tokio::test]
async fn a_large_file_goes_in_parts_and_must_be_what_it_was_hashed_as() {
    for test in wenyuan_testing::stores().unwrap() {
        let blobs = &test.blobs;
        let bytes: Vec<u8> = (0..5_000_000_u32).flat_map(|n| n.to_le_bytes()).collect();
        let file = test.directory.path().join("large");
        std::fs::write(&file, &bytes).unwrap();
        let blob = BlobRef {
            sha256: Sha256::of(&bytes),
            size_bytes: bytes.len() as u64,
        };
        blobs.put_file(&file, &blob).await.unwrap();
        assert_eq!(blobs.get(&blob.sha256).await.unwrap(), bytes);

        let copy = test.directory.path().join("copy");
        let length = blobs.fetch(&blob.sha256, &copy).await.unwrap();
        assert_eq!(length, blob.size_bytes);
        assert!(std::fs::read(&copy).unwrap() == bytes);
        assert_eq!(blobs.put_spooled(&copy).await.unwrap(), blob);

        let other = BlobRef {
            sha256: Sha256::of(b"something else"),
            ..blob
        };
        let error = blobs.put_file(&file, &other).await.unwrap_err();
        assert!(matches!(error, BlobError::Damaged(_)), "{error}");
        assert!(!blobs.exists(&other.sha256).await.unwrap());
        blobs.delete(&blob.sha256).await.unwrap();
    }
}

#[tokio::test]
async fn damage_on_disk_is_found() {
    let test = wenyuan_testing::stores().unwrap().remove(0);
    let blob = test.blobs.put("文渊".into()).await.unwrap();
    let name = blob.sha256.to_string();
    let path = test
        .directory
        .path()
        .join(&name[..2])
        .join(&name[2..4])
        .join(&name);
    std::fs::write(path, "文淵").unwrap();
    let error = test.blobs.get(&blob.sha256).await.unwrap_err();
    assert!(matches!(error, BlobError::Damaged(_)), "{error}");
}
