//! A network cable that can be pulled: a TCP relay to a real server.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// Relays connections to a server until it is cut; a cut ends the open ones
/// and refuses new ones until it is mended.
pub struct Cable {
    /// `127.0.0.1:PORT`, to be used in the server's place.
    pub address: String,
    is_cut: Arc<AtomicBool>,
    cut: Arc<Notify>,
}

impl Cable {
    /// Lays a cable to `target` (`host:port`).
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn to(target: &str) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let cable = Self {
            address: listener.local_addr()?.to_string(),
            is_cut: Arc::default(),
            cut: Arc::default(),
        };
        let (target, is_cut, cut) = (target.to_owned(), cable.is_cut.clone(), cable.cut.clone());
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                if is_cut.load(Ordering::SeqCst) {
                    continue;
                }
                let (target, cut) = (target.clone(), cut.clone());
                tokio::spawn(async move {
                    let Ok(mut far) = TcpStream::connect(target).await else {
                        return;
                    };
                    tokio::select! {
                        _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
                        () = cut.notified() => {}
                    }
                });
            }
        });
        Ok(cable)
    }

    /// Pulls it.
    pub fn cut(&self) {
        self.is_cut.store(true, Ordering::SeqCst);
        self.cut.notify_waiters();
    }

    /// Plugs it in again.
    pub fn mend(&self) {
        self.is_cut.store(false, Ordering::SeqCst);
    }
}
