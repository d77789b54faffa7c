use super::*;

fn scratch() -> (tempfile::TempDir, PathBuf) {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("blobs");
    (scratch, folder)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in entries(folder).unwrap() {
        if path.is_dir() {
            found.extend(files(&path));
        } else if !path.ends_with(LOCK) {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn what_is_put_is_found_by_its_hash_and_nothing_else_is() {
    let (_scratch, folder) = scratch();
    let blobs = Blobs::open(&folder).unwrap();
    let hash = blobs.put(b"abc").unwrap();
    // FIPS 180-2, appendix B.1.
    let name = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(hash.to_string(), name);
    assert_eq!(files(&folder), [folder.join("ba").join(name)]);
    assert_eq!(blobs.get(&hash).unwrap(), b"abc");
    assert_eq!(blobs.put(b"abc").unwrap(), hash, "again");
    let other = blobs.put(b"").unwrap();
    let mut both = vec![hash, other];
    both.sort();
    assert_eq!(blobs.list().unwrap(), both);
    let missing = blobs.get(&Hash([7; 32])).unwrap_err();
    assert_eq!(missing.code(), "blob_missing");
    drop(blobs);
    let blobs = Blobs::open(&folder).unwrap();
    assert_eq!(blobs.get(&other).unwrap(), b"");
}

#[test]
fn a_damaged_blob_is_refused_and_replaced() {
    let (_scratch, folder) = scratch();
    let blobs = Blobs::open(&folder).unwrap();
    let hash = blobs.put(b"sealed bytes").unwrap();
    let (_, path) = blobs.place(&hash);
    for damage in [b"sealed byteZ".as_slice(), b"sealed", b""] {
        fs::write(&path, damage).unwrap();
        let error = blobs.get(&hash).unwrap_err();
        assert_eq!(error.code(), "blob_damaged");
        let backup = folder.with_extension("backup");
        assert_eq!(blobs.copy_to(&backup).unwrap_err().code(), "blob_damaged");
        blobs.put(b"sealed bytes").unwrap();
        assert_eq!(blobs.get(&hash).unwrap(), b"sealed bytes");
    }
}

#[test]
fn a_removed_blob_is_overwritten_first() {
    let (scratch, folder) = scratch();
    let blobs = Blobs::open(&folder).unwrap();
    let large = vec![7; ZEROS + 5];
    let hash = blobs.put(&large).unwrap();
    // A second name of the same bytes on the disk shows what became of them.
    let seen = scratch.path().join("seen");
    fs::hard_link(blobs.place(&hash).1, &seen).unwrap();
    blobs.remove(&hash).unwrap();
    assert_eq!(fs::read(&seen).unwrap(), vec![0; ZEROS + 5]);
    assert_eq!(blobs.list().unwrap(), []);
    blobs.remove(&hash).unwrap();
}

#[test]
fn a_sweep_takes_leftovers_and_what_no_act_names() {
    let (_scratch, folder) = scratch();
    let blobs = Blobs::open(&folder).unwrap();
    let named = blobs.put(b"named").unwrap();
    let unnamed = blobs.put(b"unnamed").unwrap();
    drop(blobs);
    fs::write(folder.join(STAGING).join("half"), b"half writ").unwrap();
    fs::write(folder.join("desktop.ini"), b"the system's own").unwrap();
    let blobs = Blobs::open(&folder).unwrap();
    let fresh = blobs.put(b"being brought in").unwrap();
    assert_eq!(blobs.sweep(|hash| *hash == named).unwrap(), Some(1));
    assert_eq!(blobs.get(&unnamed).unwrap_err().code(), "blob_missing");
    assert_eq!(blobs.get(&named).unwrap(), b"named");
    assert_eq!(blobs.get(&fresh).unwrap(), b"being brought in");
    assert_eq!(files(&folder.join(STAGING)), Vec::<PathBuf>::new());
    assert!(folder.join("desktop.ini").exists());
}

#[test]
fn nothing_is_swept_while_somebody_else_has_the_blobs_open() {
    let (_scratch, folder) = scratch();
    let importer = Blobs::open(&folder).unwrap();
    let fresh = importer.put(b"being brought in").unwrap();
    let other = Blobs::open(&folder).unwrap();
    assert_eq!(other.sweep(|_| false).unwrap(), None);
    assert_eq!(importer.get(&fresh).unwrap(), b"being brought in");
    drop(importer);
    assert_eq!(other.sweep(|_| false).unwrap(), Some(1));
    // The shared lock is back: the next one to sweep sees that these blobs are open.
    let third = Blobs::open(&folder).unwrap();
    assert_eq!(third.sweep(|_| false).unwrap(), None);
}

#[test]
fn a_backup_gets_what_it_lacks_and_outlives_the_original() {
    let (scratch, folder) = scratch();
    let backup = scratch.path().join("backup").join("blobs");
    let blobs = Blobs::open(&folder).unwrap();
    let one = blobs.put(b"one").unwrap();
    assert_eq!(blobs.copy_to(&backup).unwrap(), 1);
    let two = blobs.put(b"two").unwrap();
    assert_eq!(blobs.copy_to(&backup).unwrap(), 1);
    assert_eq!(blobs.copy_to(&backup).unwrap(), 0);
    let copy = Blobs::open(&backup).unwrap();
    fs::write(copy.place(&two).1, b"rotten").unwrap();
    assert_eq!(blobs.copy_to(&backup).unwrap(), 1, "what is not right is");
    blobs.remove(&one).unwrap();
    assert_eq!(copy.get(&one).unwrap(), b"one");
    assert_eq!(copy.get(&two).unwrap(), b"two");
}

#[test]
fn many_put_the_same_at_once() {
    let (_scratch, folder) = scratch();
    let blobs = Blobs::open(&folder).unwrap();
    std::thread::scope(|scope| {
        for number in 0..8_u8 {
            let blobs = &blobs;
            scope.spawn(move || {
                blobs.put(b"the same").unwrap();
                blobs.put(&[number; 100]).unwrap();
            });
        }
    });
    assert_eq!(blobs.list().unwrap().len(), 9);
    for hash in blobs.list().unwrap() {
        blobs.get(&hash).unwrap();
    }
}
