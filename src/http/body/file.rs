//! A file on its way out: as many bytes as it had when it was opened, or an error.

use std::{io, path::Path};

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, stream::try_unfold};
use tokio::{fs::File, io::AsyncReadExt};

const CHUNK: usize = 64 << 10;

/// The bytes of a file, and how many they are. A file that comes to be shorter or longer meanwhile ends the stream with
/// an error: its length is said before, and half of a file must not pass for all of it.
pub(super) async fn stream(
    path: &Path,
) -> io::Result<(impl Stream<Item = io::Result<Bytes>> + Send + use<>, u64)> {
    let name = path.display().to_string();
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{name}: {error}"));
    let file = File::open(path).await.map_err(named)?;
    let length = file.metadata().await.map_err(named)?.len();
    let changed = move |how: &str| io::Error::other(format!("{name} became {how} while it was sent"));
    let pieces = try_unfold((file, 0, changed), move |(mut file, at, changed)| async move {
        let left = length - at;
        if left == 0 {
            return Ok(None);
        }
        let mut piece = BytesMut::with_capacity(left.min(CHUNK as u64) as usize);
        let read = (&mut file).take(left).read_buf(&mut piece).await?;
        if read == 0 {
            return Err(changed("shorter"));
        }
        let at = at + read as u64;
        // Nobody asks for more after the last piece: what is wrong has to be said before it.
        if at == length && file.read(&mut [0]).await? > 0 {
            return Err(changed("longer"));
        }
        Ok(Some((piece.freeze(), (file, at, changed))))
    });
    Ok((pieces, length))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use futures_util::TryStreamExt;

    use super::*;

    #[tokio::test]
    async fn a_file_is_sent_whole_or_not_at_all() {
        let text = vec![b'x'; 3 * CHUNK / 2];
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&text).unwrap();
        let (pieces, length) = stream(file.path()).await.unwrap();
        assert_eq!(length, text.len() as u64);
        assert_eq!(pieces.try_collect::<Vec<_>>().await.unwrap().concat(), text);

        let (pieces, _) = stream(file.path()).await.unwrap();
        file.write_all(b"more").unwrap();
        let error = pieces.try_collect::<Vec<_>>().await.unwrap_err();
        assert!(error.to_string().contains("became longer while it was sent"), "{error}");

        let (pieces, _) = stream(file.path()).await.unwrap();
        file.as_file().set_len(9).unwrap();
        let error = pieces.try_collect::<Vec<_>>().await.unwrap_err();
        assert!(error.to_string().contains("became shorter while it was sent"), "{error}");
    }
}
