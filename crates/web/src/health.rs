//! For the operator's machines: is it alive, is it ready, how is it.

use crate::site::Site;
use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

/// The process answers.
pub(crate) async fn show_health() -> &'static str {
    "ok\n"
}

const PATIENCE: Duration = Duration::from_secs(2);

/// The database, the blobs and the index answer; 503 names what does not. The
/// reason is in the log only.
pub(crate) async fn show_readiness(State(site): State<Arc<Site>>) -> Response {
    let index = site.index.clone();
    let index = async {
        let len = tokio::task::spawn_blocking(move || index.len()).await;
        len.map_err(|error| error.to_string())?
            .map(|_| ())
            .map_err(|error| error.to_string())
    };
    let (database, blobs, index) = tokio::join!(
        answers("database", site.db.ping()),
        answers("blobs", site.blobs.ping()),
        answers("index", index),
    );
    let status = if database && blobs && index {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = serde_json::json!({ "database": database, "blobs": blobs, "index": index });
    (status, Json(body)).into_response()
}

async fn answers<E: Display>(part: &str, check: impl Future<Output = Result<(), E>>) -> bool {
    match tokio::time::timeout(PATIENCE, check).await {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::warn!(part, %error, "not ready");
            false
        }
        Err(_) => {
            tracing::warn!(part, "not ready: no answer in time");
            false
        }
    }
}

/// Returns the router of the separate listener: `GET /metrics`, with what
/// `render` says in Prometheus' text format.
pub fn metrics_router(render: impl Fn() -> String + Clone + Send + Sync + 'static) -> Router {
    let show = move || {
        let text = render();
        async move { ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text) }
    };
    Router::new().route("/metrics", get(show))
}
