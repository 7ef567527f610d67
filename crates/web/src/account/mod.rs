//! Registering, logging in and out, changing the password, tokens.

mod log_in;
mod log_out;
mod password;
mod register;
mod throttle;
mod tokens;

pub(crate) use log_in::{log_in, show_log_in};
pub(crate) use log_out::log_out;
pub(crate) use password::{change_password, show_account};
pub(crate) use register::{register, show_register};
pub(crate) use throttle::Throttle;
pub(crate) use tokens::{create_token, delete_token};

use crate::error::WebError;
use crate::locale::Locale;
use crate::site::Site;
use crate::{redirect, session};
use axum::http::header;
use axum::response::Response;
use wenyuan_domain::UserId;
use wenyuan_domain::account::AccountError;

/// Starts a session and leads on to `next`.
async fn enter(site: &Site, user: UserId, next: &str) -> Result<Response, WebError> {
    let token = wenyuan_domain::session::create(&site.db, user).await?;
    let mut response = redirect::see_other(redirect::local(next));
    if let Some(cookie) = session::grant(&site.config, &token) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// What stands beside the fields of a form about an account.
#[derive(Default)]
struct Wrong {
    name: Option<String>,
    email: Option<String>,
    password: Option<String>,
    /// The old password of a change; name and password of a log-in.
    credentials: Option<String>,
}

impl Wrong {
    /// Puts an error beside the field at fault; what no field is to blame for
    /// comes back.
    fn from_error(error: AccountError, t: &Locale) -> Result<Self, WebError> {
        let mut wrong = Self::default();
        match error {
            AccountError::BadName => wrong.name = Some(t.get("account-bad-name")),
            AccountError::NameTaken => wrong.name = Some(t.get("account-name-taken")),
            AccountError::BadEmail => wrong.email = Some(t.get("account-bad-email")),
            AccountError::EmailTaken => wrong.email = Some(t.get("account-email-taken")),
            AccountError::BadPassword => wrong.password = Some(t.get("account-bad-password")),
            AccountError::CommonPassword => {
                wrong.password = Some(t.get("account-common-password"));
            }
            AccountError::WrongCredentials => {
                wrong.credentials = Some(t.get("account-wrong-credentials"));
            }
            AccountError::NotFound => return Err(WebError::NotFound),
            AccountError::Db(error) => return Err(error.into()),
        }
        Ok(wrong)
    }
}

#[cfg(test)]
mod tests;
