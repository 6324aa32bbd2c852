//! The words of a company's name, in the form in which words are compared.
//!
//! On top of [`name::normalise`]: words that only join others go, plurals become singulars, and the words that
//! institutions translate (university, ministry, hospital ...) become English. The lists are general knowledge of
//! business language; how rare a word is, is learnt from the accounts.

use super::name;
use crate::lookup::Lookup;
use std::sync::LazyLock;

/// What a word does in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Tells which company it is.
    Name,
    /// A legal form that stands elsewhere than at the end, or an abbreviated share class: says nothing.
    Form,
    /// Says that it is a group of companies.
    Group,
    /// A department, an office, a site: part of the company, not of its name.
    Unit,
}

/// The words of a normalised name, at most 24: more are not a name. Never empty for a name that is not.
pub(super) fn of(normalised: &str) -> Vec<String> {
    let all = || normalised.split(' ').filter(|word| !word.is_empty()).take(24);
    let words: Vec<String> = all().filter(|word| JOINING.get(word).is_none()).map(standard).collect();
    if words.is_empty() { all().map(str::to_owned).collect() } else { words }
}

/// The words of any text, such as a city.
pub(super) fn of_text(text: &str) -> Vec<String> {
    of(&name::normalise(text))
}

/// What a standard word does.
pub(super) fn role(word: &str) -> Role {
    ROLES.get(word).copied().unwrap_or(Role::Name)
}

/// Whether a standard word is one that many companies of any country use, so that few accounts with it prove little.
pub(super) fn is_common(word: &str) -> bool {
    COMMON_WORDS.get(word).is_some()
}

/// One spelling for a word.
fn standard(word: &str) -> String {
    if let Some(english) = TRANSLATED.get(word) {
        return (*english).to_owned();
    }
    let single = singular(word);
    TRANSLATED.get(single.as_str()).map_or(single, |english| (*english).to_owned())
}

fn singular(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 2) {
        return format!("{stem}y");
    }
    let plural = word.len() > 4 && !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is");
    word.strip_suffix('s').filter(|_| plural).unwrap_or(word).to_owned()
}

fn set(words: &'static str) -> Lookup<&'static str, ()> {
    words.split_whitespace().map(|word| (word, ())).collect()
}

static JOINING: LazyLock<Lookup<&str, ()>> = LazyLock::new(|| {
    set("the of and for in on at to a an by de del della dello dei degli delle di da do dos das du des la le les el los las l d y e i \
         et en und fur der die das van von het voor og och i av af per para por al")
});

static ROLES: LazyLock<Lookup<&'static str, Role>> = LazyLock::new(|| {
    let forms = "inc incorporated corp corporation co company ltd limited llc llp lp plc pvt private pty pte bhd berhad gmbh mbh ag kg kgaa se \
                 sa sas sarl srl spa nv bv ab asa oyj aps tbk publ jsc pjsc pao ooo kk adr ads gdr reg ord shs unt ltda sab cv";
    let units = "office headquarter hq department dept division branch team unit head regional local procurement purchasing sale marketing \
                 finance hr r it legal operation accounting support research development rd rnd engineering logistic administration admin \
                 subsidiary site plant customer";
    let form = forms.split_whitespace().map(|word| (word, Role::Form));
    let groups = ["group", "holding", "holdco"].into_iter().map(|word| (word, Role::Group));
    form.chain(units.split_whitespace().map(|word| (word, Role::Unit))).chain(groups).collect()
});

static COMMON_WORDS: LazyLock<Lookup<&'static str, ()>> = LazyLock::new(|| set(COMMON));

static TRANSLATED: LazyLock<Lookup<&'static str, &'static str>> = LazyLock::new(|| {
    let entries = TRANSLATIONS.iter().flat_map(|(english, others)| others.split_whitespace().map(|other| (other, *english)));
    entries.collect()
});

/// Words of business and institutions the world over, and the larger places.
const COMMON: &str = "academy advanced africa agency agricultural air alliance american america applied art asia asian asset associate \
    association auto automotive bank bancorp bio biotech biotechnology brand building business canada capital care center central chemical \
    china city clinic club college commerce commercial communication community computer construction consulting control council country \
    credit data design development digital direct east eastern economic education electric electrical electronic energy engineering \
    enterprise entertainment environment environmental equipment equity estate europe european exchange export factory federal federation \
    film finance financial first food foundation fund future gas general global gold government green group growth hall health healthcare \
    heavy high holding home hospital hotel house human image income india indian industrial industry information infrastructure innovation \
    institute institution insurance integrated international invest investment japan laboratory land law learning leasing leisure life \
    light line logistic london machine machinery management manufacturing marine maritime market marketing material media medical medicine \
    metal mineral mining ministry mobile motor museum music national natural net network new north northern nuclear office oil one online \
    optical pacific packaging paper partner petroleum pharma pharmaceutical plastic police policy port power precision premier prime \
    private product production professional project property public radio rail railway real regional renewable research resource \
    restaurant retail robotic royal rubber russian safety school science scientific security semiconductor service shanghai ship shipping \
    social society software solar solution south southern space special specialty sport state steel store strategic studio studies \
    supply sustainable system technical technology telecom telecommunication textile therapeutic tobacco tool top tourism toy trade trading \
    training transport transportation travel tree trust union united university urban usa venture veterinary video vision water wealth \
    web west western wind wireless women wood work world";

/// What institutions call themselves in their own language.
const TRANSLATIONS: &[(&str, &str)] = &[
    (
        "university",
        "universidad universite universitat universita universidade universiteit universitet universitetet uniwersytet univerzita \
        univerzitet universitas universiti univ uni universitatea universitesi yliopisto universitesitesi egyetem sveuciliste univerza daigaku daehakgyo daxue",
    ),
    (
        "institute",
        "instituto institut istituto instituut instytut instituti institutt instituto institutul enstitusu ustav institucio inst",
    ),
    ("national", "nacional nazionale nationale nationales nasional nationaal nationella narodni natl natsionalnyi ulusal"),
    ("international", "internacional internazionale internationale internationaal internationales intl int"),
    ("center", "centre centro zentrum centrum sentrum centrul keskus merkezi"),
    (
        "hospital",
        "krankenhaus hopital ospedale klinikum ziekenhuis sjukhus sygehus sykehus szpital nemocnice bolnica hopitaux hospitalier klinik clinica",
    ),
    ("school", "escuela ecole schule scuola escola hochschule hogeschool skola skole szkola okulu"),
    ("college", "colegio colegiu collegium kolej"),
    ("ministry", "ministerio ministere ministerium ministero ministerie ministerstvo ministerstwo ministeriet bakanligi"),
    ("foundation", "fundacion fondation stiftung fondazione fundacao stichting stiftelse fundacja nadace vakfi fundacio saatio"),
    ("association", "asociacion associacao associazione vereniging verband verein assoc assn zdruzenie stowarzyszenie"),
    ("society", "sociedad societe sociedade gesellschaft societa"),
    ("research", "investigacion recherche forschung ricerca pesquisa onderzoek forskning investigacao investigacione"),
    ("science", "ciencia wissenschaft scienza wetenschap nauk ved"),
    (
        "technology",
        "tecnologia technologie tecnologico tecnologica technological technologiczny tech technik tecnica technologique teknologi",
    ),
    ("medical", "medico medica medicale medizinische medicina medicine medisch med"),
    ("health", "salud sante gesundheit salute saude sanidad salut"),
    ("industry", "industria industrie industrial industrielle industriel ind"),
    ("group", "grupo groupe gruppe gruppo groep grp gr"),
    ("holding", "hldg hld hldgs hldg"),
    ("bank", "banco banque banca banka bk banki"),
    ("insurance", "seguro assurance versicherung assicurazioni assicurazione verzekering verzekeringen"),
    ("academy", "academia academie akademie accademia akademia akademija"),
    ("laboratory", "laboratorio laboratoire labor lab"),
    ("library", "biblioteca bibliotheque bibliothek"),
    ("museum", "museo musee museu muzeum"),
    ("council", "consejo conseil consiglio"),
    ("department", "departamento departement dept"),
    ("general", "generale generales allgemeine"),
    ("state", "estado etat stato estatal"),
    ("federal", "federale federacion"),
    ("development", "desarrollo developpement sviluppo desenvolvimento entwicklung dev"),
    ("management", "mgmt mgt"),
    ("manufacturing", "mfg manuf"),
    ("service", "svc svcs servicio servizi servico"),
    ("american", "americano americana amer"),
    ("company", "compania compagnie companhia"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn translations_plurals_and_joining_words_are_one() {
        let words = |text| of_text(text).join(" ");
        assert_eq!(
            words("Universidad Nacional de Tecnología"),
            words("The National University of Technology").replace("national university", "university national")
        );
        assert_eq!(words("Globex Industries Ltd"), "globex industry");
        assert_eq!(words("The Of"), "of");
    }
}
