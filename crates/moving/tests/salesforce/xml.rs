//! A file of assignment rules, read the plain way: no library, no checks, only what such files hold.

#[derive(Debug, Default)]
pub struct Element {
    pub name: String,
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of a child; empty where there is none.
    pub fn child<'a>(&'a self, name: &'a str) -> &'a str {
        self.all(name).next().map_or("", |child| &child.text)
    }
}

/// The root element.
pub fn read(text: &str) -> Element {
    let mut open = vec![Element::default()];
    let mut rest = text.trim_start_matches('\u{FEFF}');
    while let Some(start) = rest.find('<') {
        open.last_mut().unwrap().text.push_str(&decoded(&rest[..start]));
        rest = &rest[start..];
        if rest.starts_with("<!--") {
            rest = &rest[rest.find("-->").unwrap() + 3..];
            continue;
        }
        let end = rest.find('>').unwrap();
        let tag = &rest[1..end];
        rest = &rest[end + 1..];
        if tag.starts_with('?') {
            continue;
        }
        if tag.starts_with('/') {
            let done = open.pop().unwrap();
            open.last_mut().unwrap().children.push(done);
            continue;
        }
        let name = tag.trim_end_matches('/').split_whitespace().next().unwrap().to_owned();
        let element = Element { name, ..Element::default() };
        if tag.ends_with('/') { open.last_mut().unwrap().children.push(element) } else { open.push(element) }
    }
    open.pop().unwrap().children.pop().unwrap()
}

fn decoded(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        let (name, after) = rest[at + 1..].split_once(';').unwrap();
        plain.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            number => {
                let number = number.trim_start_matches('#');
                let code = number.strip_prefix('x').map_or_else(|| number.parse(), |hex| u32::from_str_radix(hex, 16));
                char::from_u32(code.unwrap()).unwrap()
            }
        });
        rest = after;
    }
    plain + rest
}
