//! TLS: certificate and key of a service that listens to other machines.

use crate::storage::error::StorageError;
use crate::storage::files::{self, limit};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Files with the certificate chain and its private key, in PEM.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// Certificate, and those that certify it.
    pub cert: PathBuf,
    /// Private key.
    pub key: PathBuf,
}

/// Makes an acceptor of TLS 1.2 and 1.3.
pub(super) fn acceptor(files: &TlsFiles) -> Result<TlsAcceptor, io::Error> {
    let pem = read(&files.cert)?;
    let chain = CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>();
    let chain = chain.map_err(|e| unfit(&files.cert, &e.to_string()))?;
    if chain.is_empty() {
        return Err(unfit(&files.cert, "it holds no certificate"));
    }
    let pem = read(&files.key)?;
    let key = PrivateKeyDer::from_pem_slice(&pem);
    let key = key.map_err(|e| unfit(&files.key, &format!("it holds no private key: {e}")))?;
    let config = ServerConfig::builder().with_no_client_auth();
    let config = config.with_single_cert(chain, key);
    let mut config = config.map_err(|e| unfit(&files.cert, &e.to_string()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn read(path: &Path) -> io::Result<zeroize::Zeroizing<Vec<u8>>> {
    let read = files::read_named(path, limit::PEM_FILE);
    Ok(zeroize::Zeroizing::new(read.map_err(
        |t: StorageError| io::Error::new(io::ErrorKind::InvalidInput, t.to_string()),
    )?))
}

fn unfit(path: &Path, finding: &str) -> io::Error {
    let text = format!("{}: {finding}", path.display());
    io::Error::new(io::ErrorKind::InvalidInput, text)
}
