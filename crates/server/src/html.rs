//! The few pages the server itself shows: small, readable in light and dark, without anything from elsewhere.

/// Text that is safe inside HTML, attributes included.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            letter => safe.push(letter),
        }
    }
    safe
}

/// Nothing is loaded, no script runs, nobody may frame the page.
pub const CONTENT_SECURITY_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// A whole page. The title is escaped, the body is HTML.
#[must_use]
pub fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <meta name=\"referrer\" content=\"no-referrer\"><title>{}</title><style>{STYLE}</style><main>{body}</main></html>\n",
        escape(title)
    )
}

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1c2430;--dim:#5f6b7a;--paper:#fbfaf8;--card:#fff;--line:#e3e0da;--go:#0b6e4f;--on:#fff}\
@media(prefers-color-scheme:dark){:root{--ink:#e8e6e1;--dim:#9aa4b2;--paper:#15181d;--card:#1d2127;--line:#323842;--go:#3fbf8f;--on:#0d1412}}\
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,sans-serif}\
main{max-width:56rem;margin:0 auto;padding:2.5rem 1.25rem 5rem}h1{font-size:1.6rem;line-height:1.25;margin:0 0 .75rem}\
h2{margin:2.5rem 0 .5rem;font-size:1.2rem;border-bottom:1px solid var(--line);padding-bottom:.3rem}h4{margin:1rem 0 .25rem;font-size:.95rem}\
code{font:.9em ui-monospace,monospace}.dim{color:var(--dim)}a{color:var(--go)}\
table{border-collapse:collapse;width:100%;font-size:.92rem}td{padding:.25rem .75rem .25rem 0;vertical-align:top;border-bottom:1px solid var(--line)}\
details{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.5rem .9rem;margin:.5rem 0}summary{cursor:pointer}\
summary code:first-child{text-transform:uppercase;font-weight:600;display:inline-block;min-width:4.2rem;color:var(--go)}\
dt{margin-top:.8rem}dd{margin:0 0 0 1.5rem}\
.card{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1.75rem;max-width:28rem;margin:8vh auto 0;overflow-wrap:anywhere}\
button{font:inherit;font-weight:600;background:var(--go);color:var(--on);border:0;border-radius:.5rem;padding:.7rem 1.4rem;cursor:pointer;width:100%;margin-top:1.25rem}\
button:focus-visible{outline:3px solid var(--ink);outline-offset:2px}";
