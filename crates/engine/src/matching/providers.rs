//! Mailbox providers and shared hosts, written out: domains that say nothing about a company.
//!
//! Throw-away providers come from the crate `disposable-emails`; its list is wide and sometimes names a
//! company, which [`COMPANIES`] takes back.

use crate::lookup::Lookup;
use std::sync::LazyLock;

type Known = LazyLock<Lookup<&'static str, ()>>;

fn known(lists: &[&'static [&'static str]]) -> Lookup<&'static str, ()> {
    lists.iter().flat_map(|list| list.iter()).map(|domain| (*domain, ())).collect()
}

/// Whether people get free mailboxes at this registrable domain.
pub(super) fn is_free(domain: &str) -> bool {
    static FREE: Known = LazyLock::new(|| known(&[WORLD, AMERICAS, EUROPE, ASIA_AND_PACIFIC]));
    FREE.get(domain).is_some() || is_national(domain)
}

/// Whether the list of throw-away providers is wrong about this domain.
pub(super) fn is_company(domain: &str) -> bool {
    COMPANIES.contains(&domain)
}

/// Whether unrelated companies share this registrable domain.
pub(super) fn is_shared_host(domain: &str) -> bool {
    static SHARED: Known = LazyLock::new(|| known(&[SHARED_HOSTS]));
    SHARED.get(domain).is_some()
}

/// `yahoo.co.uk`, `hotmail.fr`, `live.nl`: names that a provider uses under most country suffixes.
fn is_national(domain: &str) -> bool {
    domain.split_once('.').is_some_and(|(label, suffix)| {
        let country = suffix.rsplit('.').next().is_some_and(|last| last.len() == 2);
        NATIONAL.contains(&label) && (country || suffix == "com")
    })
}

const NATIONAL: &[&str] =
    &["yahoo", "ymail", "hotmail", "outlook", "live", "windowslive", "gmx", "aol", "yandex", "googlemail", "rediffmail", "zoho"];

#[rustfmt::skip]
const WORLD: &[&str] = &[
    "gmail.com", "googlemail.com", "rocketmail.com", "myyahoo.com", "msn.com", "passport.com", "icloud.com", "me.com", "mac.com", "aim.com",
    "love.com", "wow.com", "games.com", "ygm.com", "gmx.net", "gmx.org", "gmx.info", "gmx.eu", "proton.me", "protonmail.com", "protonmail.ch",
    "pm.me", "tutanota.com", "tutanota.de", "tutamail.com", "tuta.io", "tuta.com", "keemail.me", "fastmail.com", "fastmail.fm", "fastmail.net",
    "sent.com", "hey.com", "zohomail.com", "zohomail.eu", "zohomail.in", "mail.com", "email.com", "usa.com", "europe.com", "asia.com",
    "consultant.com", "engineer.com", "doctor.com", "lawyer.com", "accountant.com", "post.com", "techie.com", "writeme.com", "iname.com",
    "workmail.com", "myself.com", "dr.com", "cheerful.com", "contractor.net", "hushmail.com", "hush.com", "hushmail.me", "runbox.com",
    "mailfence.com", "posteo.de", "posteo.net", "mailbox.org", "disroot.org", "riseup.net", "startmail.com", "ctemplar.com", "inbox.com",
    "mail2world.com", "lycos.com", "excite.com", "netscape.net", "netscape.com", "juno.com", "netzero.net", "netzero.com", "bluemail.com",
    "mailcity.com", "angelfire.com", "onlinehome.de", "skiff.com", "duck.com", "privaterelay.appleid.com", "simplelogin.com", "relay.firefox.com",
    "bigfoot.com", "pobox.com", "icq.com", "gawab.com", "lavabit.com", "opayq.com", "canada.com", "africamail.com", "spacewar.com", "graffiti.net", "hispavista.com",
    "latinmail.com", "facebook.net", "mailo.com", "netcourrier.com", "vivaldi.net", "cock.li", "airmail.cc", "murena.io", "e.email",
];

#[rustfmt::skip]
const AMERICAS: &[&str] = &[
    "comcast.net", "verizon.net", "att.net", "sbcglobal.net", "bellsouth.net", "ameritech.net", "pacbell.net", "swbell.net", "prodigy.net", "snet.net",
    "flash.net", "nvbell.net", "cox.net", "charter.net", "spectrum.net", "roadrunner.com", "rr.com", "twc.com", "earthlink.net", "mindspring.com",
    "peoplepc.com", "optonline.net", "optimum.net", "frontier.com", "frontiernet.net", "windstream.net", "centurylink.net", "centurytel.net",
    "embarqmail.com", "q.com", "suddenlink.net", "cableone.net", "mchsi.com", "wowway.com", "tds.net", "hughes.net", "rcn.com", "ptd.net",
    "atlanticbb.net", "insightbb.com", "knology.net", "nc.rr.com", "cfl.rr.com", "tampabay.rr.com", "usa.net", "zoominternet.net",
    "shaw.ca", "rogers.com", "sympatico.ca", "bell.net", "telus.net", "videotron.ca", "cogeco.ca", "eastlink.ca", "sasktel.net", "mts.net",
    "nb.sympatico.ca", "teksavvy.com", "ntl.sympatico.ca", "uol.com.br", "bol.com.br", "terra.com.br", "ig.com.br", "globo.com", "globomail.com",
    "r7.com", "oi.com.br", "zipmail.com.br", "pop.com.br", "superig.com.br", "prodigy.net.mx", "infinitummail.com", "correo.com", "fibertel.com.ar",
    "arnet.com.ar", "speedy.com.ar", "ciudad.com.ar", "uolsinectis.com.ar", "vtr.net", "terra.cl", "terra.com", "adinet.com.uy", "cantv.net", "une.net.co",
];

#[rustfmt::skip]
const EUROPE: &[&str] = &[
    "web.de", "t-online.de", "freenet.de", "arcor.de", "online.de", "1und1.de", "vodafonemail.de", "unitybox.de", "kabelmail.de", "o2online.de",
    "email.de", "mail.de", "magenta.de", "netcologne.de", "ewetel.net", "ewe.net", "osnanet.de", "lycos.de", "germanynet.de", "genion.de", "alice.de",
    "alice-dsl.net", "a1.net", "aon.at", "chello.at", "inode.at", "liwest.at", "kabsi.at", "utanet.at", "bluewin.ch", "hispeed.ch", "sunrise.ch",
    "bluemail.ch", "swissonline.ch", "vtxmail.ch", "orange.fr", "free.fr", "laposte.net", "wanadoo.fr", "sfr.fr", "neuf.fr", "bbox.fr",
    "numericable.fr", "club-internet.fr", "aliceadsl.fr", "voila.fr", "cegetel.net", "9online.fr", "noos.fr", "libertysurf.fr", "caramail.com",
    "libero.it", "virgilio.it", "tiscali.it", "alice.it", "tin.it", "inwind.it", "iol.it", "fastwebnet.it", "tim.it", "email.it", "katamail.com",
    "vodafone.it", "poste.it", "blu.it", "teletu.it", "supereva.it", "telefonica.net", "ono.com", "terra.es", "wanadoo.es", "orange.es", "euskaltel.es",
    "movistar.es", "jazzfree.com", "sapo.pt", "netcabo.pt", "iol.pt", "clix.pt", "mail.telepac.pt", "telenet.be", "skynet.be", "proximus.be",
    "scarlet.be", "voo.be", "belgacom.net", "pandora.be", "ziggo.nl", "kpnmail.nl", "kpnplanet.nl", "planet.nl", "hetnet.nl", "home.nl", "xs4all.nl",
    "upcmail.nl", "chello.nl", "casema.nl", "tele2.nl", "quicknet.nl", "zeelandnet.nl", "online.nl", "tiscali.nl", "pt.lu", "btinternet.com",
    "btopenworld.com", "talk21.com", "sky.com", "virginmedia.com", "virgin.net", "blueyonder.co.uk", "ntlworld.com", "talktalk.net", "talktalk.co.uk", "tiscali.co.uk",
    "plus.com", "o2.co.uk", "orange.net", "freeserve.co.uk", "fsmail.net", "lineone.net", "mail.co.uk", "eircom.net", "iol.ie", "telia.com",
    "comhem.se", "bredband.net", "spray.se", "home.se", "tele2.se", "bahnhof.se", "online.no", "broadpark.no", "start.no", "frisurf.no", "lyse.net",
    "mail.dk", "tdcadsl.dk", "stofanet.dk", "jubii.dk", "get2net.dk", "webspeed.dk", "ofir.dk", "kolumbus.fi", "suomi24.fi", "elisanet.fi", "luukku.com",
    "netti.fi", "saunalahti.fi", "simnet.is", "seznam.cz", "email.cz", "post.cz", "centrum.cz", "atlas.cz", "volny.cz", "azet.sk", "zoznam.sk",
    "centrum.sk", "post.sk", "pobox.sk", "wp.pl", "o2.pl", "onet.pl", "onet.eu", "op.pl", "vp.pl", "interia.pl", "interia.eu", "poczta.fm", "tlen.pl",
    "gazeta.pl", "poczta.onet.pl", "autograf.pl", "freemail.hu", "citromail.hu", "indamail.hu", "t-online.hu", "vipmail.hu", "abv.bg", "mail.bg",
    "dir.bg", "otenet.gr", "forthnet.gr", "hol.gr", "in.gr", "mailbox.gr", "net.hr", "inet.hr", "siol.net", "t-2.net", "eunet.rs", "sbb.rs", "inbox.lv",
    "apollo.lv", "one.lv", "delfi.lv", "one.lt", "mail.ee", "hot.ee", "online.ee", "mail.ru", "bk.ru", "list.ru", "inbox.ru", "internet.ru", "ya.ru",
    "rambler.ru", "lenta.ru", "autorambler.ru", "myrambler.ru", "ro.ru", "pochta.ru", "nm.ru", "ukr.net", "i.ua", "meta.ua", "bigmir.net", "tut.by",
    "mynet.com", "turk.net", "ttmail.com", "superonline.com",
];

#[rustfmt::skip]
const ASIA_AND_PACIFIC: &[&str] = &[
    "qq.com", "foxmail.com", "163.com", "126.com", "yeah.net", "188.com", "vip.163.com", "sina.com", "sina.cn", "vip.sina.com", "sohu.com", "tom.com",
    "139.com", "189.cn", "wo.cn", "aliyun.com", "21cn.com", "263.net", "eyou.com", "china.com", "chinaren.com", "netvigator.com", "hknet.com",
    "pchome.com.tw", "hinet.net", "seed.net.tw", "giga.net.tw", "naver.com", "daum.net", "hanmail.net", "nate.com", "korea.com", "empas.com", "kakao.com",
    "lycos.co.kr", "freechal.com", "docomo.ne.jp", "ezweb.ne.jp", "softbank.ne.jp", "au.com", "nifty.com", "ocn.ne.jp", "so-net.ne.jp", "biglobe.ne.jp",
    "i.softbank.jp", "excite.co.jp", "goo.jp", "infoseek.jp", "plala.or.jp", "dion.ne.jp", "sify.com", "indiatimes.com", "in.com", "vsnl.net", "vsnl.com",
    "bsnl.in", "airtelmail.in", "singnet.com.sg", "starhub.net.sg", "pacific.net.sg", "streamyx.com", "tm.net.my", "telkom.net", "plasa.com", "vnn.vn",
    "fpt.vn", "pldtdsl.net", "walla.com", "walla.co.il", "netvision.net.il", "zahav.net.il", "bezeqint.net", "013.net", "maktoob.com", "emirates.net.ae",
    "eim.ae", "batelco.com.bh", "qatar.net.qa", "bigpond.com", "bigpond.net.au", "optusnet.com.au", "iinet.net.au", "tpg.com.au", "internode.on.net",
    "dodo.com.au", "westnet.com.au", "ozemail.com.au", "adam.com.au", "xtra.co.nz", "slingshot.co.nz", "paradise.net.nz", "clear.net.nz", "orcon.net.nz",
    "ihug.co.nz", "mweb.co.za", "telkomsa.net", "webmail.co.za", "vodamail.co.za", "iafrica.com", "absamail.co.za",
];

/// Social networks, site builders, office suites, shops, link pages: many companies, one domain.
#[rustfmt::skip]
const SHARED_HOSTS: &[&str] = &[
    "onmicrosoft.com", "sharepoint.com", "office365.com", "myshopify.com", "shopify.com", "wixsite.com", "wix.com", "editorx.io", "squarespace.com",
    "weebly.com", "webflow.io", "godaddysites.com", "wordpress.com", "blogspot.com", "blogger.com", "tumblr.com", "medium.com", "substack.com", "jimdo.com",
    "jimdosite.com", "jimdofree.com", "strikingly.com", "site123.me", "carrd.co", "notion.site", "github.io", "github.com", "gitlab.io", "netlify.app",
    "vercel.app", "herokuapp.com", "azurewebsites.net", "cloudfront.net", "amazonaws.com", "web.app", "firebaseapp.com", "appspot.com", "pages.dev",
    "workers.dev", "ngrok.io", "force.com", "salesforce-sites.com", "hubspotpagebuilder.com", "hs-sites.com", "zendesk.com", "freshdesk.com",
    "atlassian.net", "facebook.com", "fb.com", "fb.me", "instagram.com", "linkedin.com", "twitter.com", "x.com", "t.me", "youtube.com", "youtu.be",
    "tiktok.com", "pinterest.com", "vk.com", "xing.com", "whatsapp.com", "wa.me", "linktr.ee", "bit.ly", "google.com", "goo.gl", "g.page",
    "business.site", "crunchbase.com", "yelp.com", "etsy.com", "ebay.com", "wikipedia.org", "about.me", "behance.net", "eventbrite.com",
];

/// Companies that wide lists of throw-away or free providers name.
const COMPANIES: &[&str] = &["bt.com", "comcast.com"];
