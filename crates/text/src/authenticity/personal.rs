//! Personal data (个人信息): numbers that identify people, proven by their own
//! check digits where they have some.

use std::collections::BTreeSet;

use super::finding::{Evidence, Finding, Kind, PersonalData};
use super::subject::{Compact, finding};

/// Numbers shown as examples.
const EXAMPLES: usize = 3;
/// Different numbers of a kind that are counted.
const MOST: usize = 10_000;
/// A notice gives the telephone of whoever is in charge, or of two; a list of
/// people has more.
const MIN_MOBILES: usize = 3;

/// Finds 身份证号, 手机号 and 银行卡号.
pub(super) fn personal_data(text: &Compact) -> Option<Finding> {
    let mut cards = BTreeSet::new();
    let mut mobiles = BTreeSet::new();
    let mut banks = BTreeSet::new();
    let mut like_banks = BTreeSet::new();
    for number in numbers(text) {
        if has_bank_issuer(&number) && like_banks.len() < MOST {
            like_banks.insert(number.clone());
        }
        let set = if is_id_card(&number) {
            &mut cards
        } else if is_mobile(&number) {
            &mut mobiles
        } else if is_bank_card(&number) {
            &mut banks
        } else {
            continue;
        };
        if set.len() < MOST {
            set.insert(number);
        }
    }
    if mobiles.len() < MIN_MOBILES {
        mobiles.clear();
    }
    // One serial number in ten has the right check digit by chance; of a list
    // of cards all have.
    if banks.len() * 3 < like_banks.len() * 2 {
        banks.clear();
    }
    let numbers: Vec<PersonalData> = [
        ("id_card", cards),
        ("mobile", mobiles),
        ("bank_card", banks),
    ]
    .into_iter()
    .filter(|(_, found)| !found.is_empty())
    .map(|(kind, found)| PersonalData {
        kind: kind.to_owned(),
        count: u32::try_from(found.len()).unwrap_or(u32::MAX),
        examples: found
            .iter()
            .take(EXAMPLES)
            .map(|number| masked(number))
            .collect(),
    })
    .collect();
    if numbers.is_empty() {
        return None;
    }
    let evidence = Evidence::Personal { numbers };
    Some(finding(
        Kind::PersonalData,
        "personal.numbers",
        0.0,
        evidence,
    ))
}

/// Runs of 11 to 19 digits, the last of which may be an X, that are not part of
/// a longer number or word. Single spaces and hyphens within are left out.
fn numbers(text: &Compact) -> Vec<String> {
    let chars = &text.chars;
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if !chars[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        let mut number = String::new();
        let mut groups = 1;
        while let Some(&c) = chars.get(at) {
            let goes_on = chars.get(at + 1).is_some_and(char::is_ascii_digit);
            match c {
                '0'..='9' => number.push(c),
                ' ' | '-' if goes_on => groups += 1,
                'x' if number.len() == 17 => number.push('X'),
                _ => break,
            }
            at += 1;
            if number.len() > 40 {
                // No number of a person; what follows is part of it.
                while chars.get(at).is_some_and(char::is_ascii_digit) {
                    at += 1;
                }
                number.clear();
                break;
            }
        }
        let joins =
            |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '_' | '#' | '%');
        let is_part = start > 0 && joins(&chars[start - 1])
            || chars.get(at).is_some_and(|c| {
                joins(c) && (*c != '.' || chars.get(at + 1).is_some_and(char::is_ascii_digit))
            });
        // Groups as on a card (4-4-4-4) or of a telephone (3-4-4), no list.
        if !is_part && groups <= 5 && (11..=19).contains(&number.len()) {
            found.push(number);
        }
    }
    found
}

/// GB 11643: place, date of birth, serial number, check digit (ISO 7064,
/// MOD 11-2).
fn is_id_card(number: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: &[u8] = b"10X98765432";
    let part =
        |range: std::ops::Range<usize>| number.get(range).and_then(|part| part.parse::<u32>().ok());
    let (Some(province), Some(year), Some(month), Some(day)) =
        (part(0..2), part(6..10), part(10..12), part(12..14))
    else {
        return false;
    };
    let sum: u32 = number
        .chars()
        .zip(WEIGHTS)
        .map(|(c, weight)| c.to_digit(10).unwrap_or(0) * weight)
        .sum();
    number.len() == 18
        && (11..=83).contains(&province)
        && (1900..=2099).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && CHECKS.get((sum % 11) as usize).copied() == number.bytes().last()
}

fn is_mobile(number: &str) -> bool {
    let mut digits = number.bytes();
    number.len() == 11 && digits.next() == Some(b'1') && matches!(digits.next(), Some(b'3'..=b'9'))
}

/// ISO/IEC 7812: an issuer of bank cards (UnionPay 62, Visa 4, Mastercard
/// 51–55) and its length.
fn has_bank_issuer(number: &str) -> bool {
    let issuer = number.starts_with("62")
        || number.starts_with('4') && number.len() == 16
        || matches!(number.as_bytes(), [b'5', b'1'..=b'5', ..]) && number.len() == 16;
    (16..=19).contains(&number.len()) && issuer && !number.ends_with('X')
}

/// The check digit after Luhn besides.
fn is_bank_card(number: &str) -> bool {
    let sum: u32 = number
        .chars()
        .rev()
        .zip(0_u32..)
        .map(|(c, place)| {
            let doubled = c.to_digit(10).unwrap_or(0) * (1 + place % 2);
            doubled / 10 + doubled % 10
        })
        .sum();
    has_bank_issuer(number) && sum.is_multiple_of(10)
}

/// All but the first three and the last two digits hidden.
fn masked(number: &str) -> String {
    let length = number.len();
    number
        .chars()
        .enumerate()
        .map(|(place, c)| {
            if place < 3 || place + 2 >= length {
                c
            } else {
                '*'
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, u32, Vec<String>)> {
        match personal_data(&Compact::of(text)).map(|finding| finding.evidence) {
            Some(Evidence::Personal { numbers }) => numbers
                .into_iter()
                .map(|data| (data.kind, data.count, data.examples))
                .collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn numbers_with_the_right_check_digit_are_found_and_masked() {
        // Made up; the check digits are right.
        let text = "身份证号:11010519491231002X;卡号 6222 0212 3456 7894 与 4111111111111111";
        assert_eq!(
            found(text),
            [
                ("id_card".into(), 1, vec!["110*************2X".into()]),
                (
                    "bank_card".into(),
                    2,
                    vec!["411***********11".to_owned(), "622***********94".into()]
                ),
            ]
        );
    }

    #[test]
    fn wrong_check_digits_and_parts_of_numbers_are_none() {
        for text in [
            "身份证号:110105194912310021",
            "卡号6222021234567890",
            "编号A4111111111111111与4111111111111111.5元",
            "流水号41111111111111111111111",
            "isbn 978-7-111-54742-6",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn serial_numbers_of_which_some_pass_by_chance_are_none() {
        let serial: String = (0..40)
            .map(|n| format!("合同号62220212345{:05}。", n * 7))
            .collect();
        assert_eq!(found(&serial), []);
    }

    #[test]
    fn a_list_of_telephones_is_found_and_one_contact_is_not() {
        assert_eq!(found("联系人王老师,电话13800138000。"), []);
        let list = "张三 13800138000 李四 139-1234-5678 王五 15012345678";
        assert_eq!(found(list)[0].1, 3);
    }

    #[test]
    fn a_million_digits_are_one_number_of_nobody() {
        assert_eq!(found(&"1".repeat(1_000_000)), []);
        assert_eq!(found(&"1 ".repeat(1_000_000)), []);
    }
}
