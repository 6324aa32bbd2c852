//! Legal forms of companies, as normalised words, by where they stand in a name.

use crate::lookup::Lookup;
use std::sync::LazyLock;

/// The most words that a form at the end has.
pub(super) const MOST_WORDS: usize = 5;

/// Whether these words at the end of a name are a legal form.
pub(super) fn is_last(words: &str) -> bool {
    static KNOWN: LazyLock<Lookup<&str, ()>> = LazyLock::new(|| LAST.iter().map(|form| (*form, ())).collect());
    KNOWN.get(words).is_some()
}

/// Whether this first word of a name is a legal form.
pub(super) fn is_first(word: &str) -> bool {
    FIRST.contains(&word)
}

/// Stand before the name: Indonesia, Russia and its neighbours, Bulgaria, Latvia, Lithuania, the Nordic countries, Thailand.
const FIRST: &[&str] = &["pt", "ooo", "zao", "oao", "pao", "ao", "tov", "too", "chp", "eood", "sia", "uab", "ab", "as", "oy"];

/// Stand after the name.
#[rustfmt::skip]
const LAST: &[&str] = &[
    // English: United States, United Kingdom, Ireland, Canada, Australia, New Zealand, India, South Africa, Singapore, Malaysia, Hong Kong
    "inc", "incorporated", "corp", "corporation", "co", "company", "ltd", "limited", "llc", "llp", "lp", "lllp", "pllc", "plc", "pc", "pa",
    "limited liability company", "limited liability partnership", "limited partnership", "limited company", "public limited company",
    "private limited", "pvt ltd", "pvt", "private ltd", "pty", "pty ltd", "proprietary limited", "pte", "pte ltd", "opc", "cic", "cio", "ulc",
    "unlimited company", "unltd", "dac", "clg", "npc", "soc ltd", "bhd", "sdn bhd", "berhad", "sendirian berhad", "na",
    // German: Germany, Austria, Switzerland, Liechtenstein
    "gmbh", "mbh", "ggmbh", "ag", "kg", "kgaa", "ohg", "ug", "gbr", "eg", "ev", "se", "se and co kgaa", "gesmbh", "ges mbh", "og", "keg",
    "ug haftungsbeschrankt", "haftungsbeschrankt", "aktiengesellschaft", "gesellschaft mbh", "gesellschaft mit beschrankter haftung",
    "kommanditgesellschaft", "ek", "ekfm", "partg", "partg mbb", "anstalt",
    // French: France, Belgium, Luxembourg, Switzerland, Canada
    "sa", "sas", "sasu", "sarl", "eurl", "snc", "sci", "scs", "sca", "scop", "scrl", "sprl", "srl", "asbl", "gie", "ltee", "societe anonyme",
    "societe par actions simplifiee", "societe a responsabilite limitee", "inc ltee",
    // Dutch: Netherlands, Belgium, Suriname
    "bv", "nv", "bvba", "cvba", "cv", "vof", "vzw", "besloten vennootschap", "naamloze vennootschap",
    // Spanish: Spain, Mexico, Argentina, Chile, Colombia, Peru
    "sl", "slu", "slp", "sau", "sad", "scp", "sll", "s en c", "sociedad anonima", "sociedad limitada", "sa de cv", "sab de cv", "sab", "de cv",
    "sapi de cv", "s de rl de cv", "s de rl", "rl de cv", "sa de rl", "sac", "saa", "spa", "ltda", "limitada", "eirl", "saic", "saicf", "sca de cv",
    // Portuguese: Portugal, Brazil
    "lda", "eireli", "sgps", "sgps sa", "epe", "unipessoal lda", "cia ltda", "epp",
    // Italian: Italy, San Marino, Switzerland
    "srls", "sapa", "sas di", "societa per azioni", "scarl", "societa cooperativa", "onlus", "sagl",
    // Nordic: Sweden, Denmark, Norway, Finland, Iceland
    "ab", "publ", "ab publ", "hb", "kb", "aktiebolag", "as", "asa", "aps", "ks", "amba", "ans", "oy", "oyj", "oy ab",
    "abp", "ky", "ay", "osakeyhtio", "hf", "ehf", "ohf",
    // Central and eastern Europe: Poland, Czechia, Slovakia, Hungary, Romania, Bulgaria, the Balkans, the Baltic
    "sp zoo", "spzoo", "sp z oo", "zoo", "sp k", "spk", "sp j", "spolka akcyjna", "sro", "spol sro", "spol", "vos", "kft", "zrt", "nyrt", "kkt",
    "ad", "ead", "ood", "eood", "doo", "dd", "jdoo", "dno", "dooel", "sia", "uab", "ou", "aktsiaselts", "osauhing",
    // Greece, Turkey, Israel, Russia and its neighbours
    "ae", "epe sa", "ike", "monoprosopi", "anonim sirketi", "anonim sti", "limited sirketi", "ltd sti", "sti", "sanayi ve ticaret as",
    "ooo", "oao", "zao", "pao", "ojsc", "pjsc", "ojs", "cjsc", "jsc", "tov", "tdv", "too",
    // Asia and the Gulf: Japan, Korea, China, Taiwan, Vietnam, Thailand, Indonesia, the Emirates, Saudi Arabia, Kuwait, Egypt
    "kk", "gk", "yk", "kabushiki kaisha", "kabushiki gaisha", "godo kaisha", "goshi kaisha", "jushikhoesa", "chusik hoesa",
    "tbk", "persero", "persero tbk", "pcl", "pcl ltd", "public company", "co ltd", "joint stock company", "joint stock co", "fze", "fzc", "fzco", "fz llc",
    "wll", "ksc", "kscp", "kpsc", "saog", "saoc", "bsc", "bsc c", "psc", "sae", "sal", "qsc", "qpsc", "dmcc", "psjc",
    // Groups of companies, which names carry like a form
    "and co", "and company", "and cie", "cie", "et cie", "and cie sa", "and sons ltd", "y cia", "e cia", "y compania", "compagnie",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_written_as_normalised_words() {
        for form in LAST.iter().chain(FIRST) {
            assert!(
                form.split(' ').all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())),
                "{form}"
            );
            assert!(form.split(' ').count() <= MOST_WORDS, "{form}");
        }
    }
}
