//! Currencies: their decimals by ISO 4217, and those that a programme accepts
//! besides its own.

use super::{Exact, Rounding};

const NONE: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
const THREE: &str = "BHD IQD JOD KWD LYD OMR TND";
const FOUR: &str = "CLF UYW";
const TWO: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN \
     BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD \
     FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT \
     LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO \
     NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD \
     SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG \
     YER ZAR ZMW ZWG";

/// Currency in which sales may be paid besides the programme's own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Currency {
    /// ISO 4217 code.
    pub code: String,
    /// Decimals.
    pub digits: u8,
    /// Units of the programme's currency for one unit of this one.
    pub rate: Exact,
    /// Rounding of converted amounts, in either direction.
    pub rounding: Rounding,
}

/// Number of decimals of a currency; None if there is no such currency.
pub fn currency_digits(code: &str) -> Option<u8> {
    let tables = [(NONE, 0), (TWO, 2), (THREE, 3), (FOUR, 4)];
    let is_in = |table: &str| code.len() == 3 && table.split(' ').any(|known| known == code);
    let found = tables.iter().find(|(table, _)| is_in(table));
    found.map(|(_, digits)| *digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_of_some_currencies() {
        let known = [
            ("EUR", 2),
            ("USD", 2),
            ("CNY", 2),
            ("JPY", 0),
            ("KWD", 3),
            ("CLF", 4),
        ];
        for (code, expected) in known {
            assert_eq!(currency_digits(code), Some(expected), "{code}");
        }
        for code in ["eur", "EURO", "", "XXX", "EUR USD"] {
            assert_eq!(currency_digits(code), None, "{code}");
        }
    }
}
