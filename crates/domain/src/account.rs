//! Accounts (账号): registration, passwords, roles.

use crate::clock::Timestamp;
use crate::db::{Db, DbError, Row, Tx};
use crate::id::UserId;
use crate::visibility::Viewer;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use sqlx::Row as _;

/// What an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Reads and uploads.
    Member,
    /// Also sees and withdraws everybody's documents.
    Moderator,
    /// Also runs the site.
    Administrator,
}

impl Role {
    /// Returns the stored name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Moderator => "moderator",
            Self::Administrator => "administrator",
        }
    }

    /// Returns whether the role moderates the library.
    pub fn is_staff(self) -> bool {
        matches!(self, Self::Moderator | Self::Administrator)
    }

    fn parse(name: &str) -> Result<Self, DbError> {
        [Self::Member, Self::Moderator, Self::Administrator]
            .into_iter()
            .find(|role| role.as_str() == name)
            .ok_or_else(|| DbError::Corrupt(format!("role `{name}`")))
    }
}

/// An account, without its password.
#[derive(Clone, Debug)]
pub struct User {
    /// The account's id.
    pub id: UserId,
    /// The name that others see.
    pub name: String,
    /// The address it logs in with.
    pub email: String,
    /// What it may do.
    pub role: Role,
    /// When it registered.
    pub created_at: Timestamp,
}

impl User {
    /// Returns this account as a viewer.
    pub fn viewer(&self) -> Viewer {
        Viewer::Member {
            id: self.id,
            role: self.role,
        }
    }

    pub(crate) fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: UserId(row.try_get("id")?),
            name: row.try_get("name")?,
            email: row.try_get("email")?,
            role: Role::parse(row.try_get("role")?)?,
            created_at: Timestamp(row.try_get("created_at")?),
        })
    }
}

/// Why an account was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Names have 2 to 32 characters and no control or separator characters.
    #[error("a name has 2 to 32 characters, without spaces or control characters")]
    BadName,
    /// The address has no local part, `@` or domain.
    #[error("that is not an e-mail address")]
    BadEmail,
    /// Passwords have 8 to 256 characters (ASVS 6.2.1; longer ones only cost time).
    #[error("a password has 8 to 256 characters")]
    BadPassword,
    /// The password is among those that attackers try first.
    #[error("that password is among the first that attackers try")]
    CommonPassword,
    /// Somebody has that name.
    #[error("that name is taken")]
    NameTaken,
    /// Somebody has that address.
    #[error("that e-mail address is taken")]
    EmailTaken,
    /// Name or password is wrong; it is not said which.
    #[error("wrong name or password")]
    WrongCredentials,
    /// No such account.
    #[error("no such account")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<sqlx::Error> for AccountError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

/// The parts of a new account.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The name that others see; unique but for case.
    pub name: String,
    /// The address; unique but for case.
    pub email: String,
    /// The password as typed.
    pub password: String,
    /// What it may do.
    pub role: Role,
}

/// Makes an account.
///
/// # Errors
/// [`AccountError`] saying which field is at fault.
pub async fn create(db: &Db, new: NewUser) -> Result<User, AccountError> {
    let name = new.name.trim().to_owned();
    let email = new.email.trim().to_owned();
    check_name(&name)?;
    check_email(&email)?;
    check_password(&new.password)?;
    let hash = hash_password(new.password).await?;

    let now = Timestamp::now();
    let mut tx = db.write().await?;
    for (column_taken, sql, value) in [
        (
            AccountError::NameTaken,
            "select 1 from users where name_fold = $1",
            name_fold(&name),
        ),
        (
            AccountError::EmailTaken,
            "select 1 from users where email_fold = $1",
            email.to_lowercase(),
        ),
    ] {
        if sqlx::query(sql)
            .bind(value)
            .fetch_optional(&mut *tx)
            .await?
            .is_some()
        {
            return Err(column_taken);
        }
    }
    let inserted = sqlx::query(
        "insert into users (name, name_fold, email, email_fold, password_hash, role, \
                            created_at, password_changed_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $7) returning id",
    )
    .bind(name.clone())
    .bind(name_fold(&name))
    .bind(email.clone())
    .bind(email.to_lowercase())
    .bind(hash)
    .bind(new.role.as_str())
    .bind(now.0)
    .fetch_one(&mut *tx)
    .await
    .map_err(DbError::from);
    let row = match inserted {
        Ok(row) => row,
        // Two registrations at once, on PostgreSQL: the checks above saw neither.
        Err(error) if error.is_unique_violation() => return Err(AccountError::NameTaken),
        Err(error) => return Err(error.into()),
    };
    let id = UserId(row.try_get(0)?);
    // Nobody registers as staff: such an account is made by the operator.
    if new.role.is_staff() {
        let subject = format!("user:{id}");
        crate::audit::record(&mut tx, None, "account.create", &subject, new.role.as_str()).await?;
    }
    tx.commit().await?;
    Ok(User {
        id,
        name,
        email,
        role: new.role,
        created_at: now,
    })
}

/// Checks a log-in with name or address.
///
/// An unknown name costs the same time as a wrong password, so that the answer
/// does not tell who has an account.
///
/// # Errors
/// [`AccountError::WrongCredentials`] whichever of the two is wrong.
pub async fn authenticate(db: &Db, login: &str, password: &str) -> Result<User, AccountError> {
    let login = login.trim();
    let row = sqlx::query(
        "select id, name, email, role, created_at, password_hash from users \
         where name_fold = $1 or email_fold = $2 order by id limit 1",
    )
    .bind(name_fold(login))
    .bind(login.to_lowercase())
    .fetch_optional(db.read())
    .await?;
    let Some(row) = row else {
        hash_password(password.to_owned()).await?;
        return Err(AccountError::WrongCredentials);
    };
    if verify_password(row.try_get("password_hash")?, password.to_owned()).await {
        Ok(User::from_row(&row)?)
    } else {
        Err(AccountError::WrongCredentials)
    }
}

/// Changes a password after checking the old one, and ends all sessions.
///
/// # Errors
/// [`AccountError::WrongCredentials`] when the old password is wrong,
/// [`AccountError::BadPassword`] when the new one will not do.
pub async fn change_password(
    db: &Db,
    id: UserId,
    old: &str,
    new: &str,
) -> Result<(), AccountError> {
    let row = sqlx::query("select password_hash from users where id = $1")
        .bind(id.0)
        .fetch_optional(db.read())
        .await?
        .ok_or(AccountError::NotFound)?;
    if !verify_password(row.try_get(0)?, old.to_owned()).await {
        return Err(AccountError::WrongCredentials);
    }
    let mut tx = db.write().await?;
    set_password(&mut tx, id, new).await?;
    tx.commit().await?;
    Ok(())
}

/// Sets a password without asking for the old one (command line), and ends
/// all sessions of the account.
///
/// # Errors
/// [`AccountError::NotFound`] when nobody has that name.
pub async fn reset_password(db: &Db, name: &str, new: &str) -> Result<(), AccountError> {
    let user = find_by_name(db, name).await?;
    let mut tx = db.write().await?;
    set_password(&mut tx, user.id, new).await?;
    crate::audit::record(
        &mut tx,
        None,
        "account.reset_password",
        &format!("user:{}", user.id),
        "command line",
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

async fn set_password(tx: &mut Tx, id: UserId, new: &str) -> Result<(), AccountError> {
    check_password(new)?;
    let hash = hash_password(new.to_owned()).await?;
    sqlx::query("update users set password_hash = $1, password_changed_at = $2 where id = $3")
        .bind(hash)
        .bind(Timestamp::now().0)
        .bind(id.0)
        .execute(&mut **tx)
        .await?;
    sqlx::query("delete from sessions where user_id = $1")
        .bind(id.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Finds an account by the name that others see.
///
/// # Errors
/// [`AccountError::NotFound`] when nobody has it.
pub async fn find_by_name(db: &Db, name: &str) -> Result<User, AccountError> {
    let row =
        sqlx::query("select id, name, email, role, created_at from users where name_fold = $1")
            .bind(name_fold(name.trim()))
            .fetch_optional(db.read())
            .await?
            .ok_or(AccountError::NotFound)?;
    Ok(User::from_row(&row)?)
}

/// Finds an account by id.
///
/// # Errors
/// [`AccountError::NotFound`] when there is none.
pub async fn find(db: &Db, id: UserId) -> Result<User, AccountError> {
    let row = sqlx::query("select id, name, email, role, created_at from users where id = $1")
        .bind(id.0)
        .fetch_optional(db.read())
        .await?
        .ok_or(AccountError::NotFound)?;
    Ok(User::from_row(&row)?)
}

/// Returns the name as compared: 张三 and 張三 are two people, Ａnna and anna one.
pub(crate) fn name_fold(name: &str) -> String {
    name.chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            _ => c,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

fn check_name(name: &str) -> Result<(), AccountError> {
    let length = name.chars().count();
    let plain = name
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '·'));
    // Digits alone would be taken for an id in addresses.
    let named = name.chars().any(char::is_alphabetic);
    if (2..=32).contains(&length) && plain && named {
        Ok(())
    } else {
        Err(AccountError::BadName)
    }
}

fn check_email(email: &str) -> Result<(), AccountError> {
    let well_formed = email.len() <= 254
        && email.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && !domain.contains('@')
                && domain.len() >= 3
                && domain.contains('.')
                && !domain.starts_with('.')
                && !domain.ends_with('.')
        })
        && !email.chars().any(|c| c.is_whitespace() || c.is_control());
    if well_formed {
        Ok(())
    } else {
        Err(AccountError::BadEmail)
    }
}

fn check_password(password: &str) -> Result<(), AccountError> {
    if !(8..=256).contains(&password.chars().count()) {
        return Err(AccountError::BadPassword);
    }
    let lower = password.to_lowercase();
    if COMMON_PASSWORDS.contains(&lower.as_str()) {
        return Err(AccountError::CommonPassword);
    }
    Ok(())
}

/// The passwords of eight or more characters at the head of public leak
/// statistics; the bundled list of thousands comes with account hardening.
const COMMON_PASSWORDS: &[&str] = &[
    "password",
    "password1",
    "password123",
    "passw0rd",
    "p@ssw0rd",
    "12345678",
    "123456789",
    "1234567890",
    "0123456789",
    "987654321",
    "11111111",
    "00000000",
    "88888888",
    "66666666",
    "12341234",
    "11223344",
    "1qaz2wsx",
    "1q2w3e4r",
    "1q2w3e4r5t",
    "qwertyui",
    "qwertyuiop",
    "qwerty123",
    "asdfghjk",
    "asdfghjkl",
    "zxcvbnm1",
    "abcd1234",
    "abc12345",
    "a1234567",
    "a12345678",
    "a123456789",
    "aa123456",
    "aa12345678",
    "woaini1314",
    "woaini520",
    "iloveyou",
    "5201314520",
    "147258369",
    "123123123",
    "123321123",
    "admin123",
    "administrator",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "superman",
    "trustno1",
    "letmein1",
    "welcome1",
    "dearbook",
    "xiaoming",
    "qq123456",
    "wang1234",
    "zhang123",
];

/// OWASP's second choice: 46 MiB, one pass (ASVS 5.0 appendix C).
fn argon2() -> Argon2<'static> {
    let params = Params::new(47_104, 1, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

async fn hash_password(password: String) -> Result<String, DbError> {
    tokio::task::spawn_blocking(move || {
        argon2()
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
    })
    .await
    .map_err(|error| DbError::Corrupt(error.to_string()))?
    .map_err(|error| DbError::Corrupt(format!("argon2: {error}")))
}

async fn verify_password(hash: String, password: String) -> bool {
    tokio::task::spawn_blocking(move || {
        PasswordHash::new(&hash)
            .is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
    })
    .await
    .unwrap_or(false)
}
