//! What people read when a condition is wrong.

use super::Desk;
use insta::assert_snapshot;

/// What is found in an expression.
fn of(expression: &str) -> String {
    let mut desk = Desk::new();
    desk.expression(expression);
    desk.findings(expression)
}

/// What is found in `when = VALUE`.
fn of_value(value: &str) -> String {
    let mut desk = Desk::new();
    desk.item(value);
    desk.findings(&format!("when = {value}"))
}

#[test]
fn names_that_do_not_exist() {
    assert_snapshot!(of("cuntry = 'US'"), @r#"
    error[unknown-field] at `cuntry`: there is no field `cuntry`
      help: did you mean `country`?
    "#);
    assert_snapshot!(of("enterprize"), @r#"
    error[unknown-name] at `enterprize`: there is no segment or field `enterprize`
      help: did you mean `enterprise`?
    "#);
    assert_snapshot!(of("country in @dahc"), @r#"
    error[unknown-list] at `@dahc`: there is no list `@dahc`
      label: expected a name of [lists]
      help: did you mean `dach`?
    "#);
    assert_snapshot!(of("segment = 'enterprize' or segment = 'nothing like it'"), @r#"
    error[unknown-segment] at `'enterprize'`: there is no segment `enterprize`
      label: expected a name of [segments]
      help: did you mean `enterprise`?
    error[unknown-segment] at `'nothing like it'`: there is no segment `nothing like it`
      label: expected a name of [segments]
    "#);
    assert_snapshot!(of("cuntry = 'US' and employes > 5 or @x"), @r#"
    error[syntax] at `@x`: `@x` is not expected here
      label: expected the name of a field or segment
      help: a condition begins with a field: `employees > 100`
    error[unknown-field] at `cuntry`: there is no field `cuntry`
      help: did you mean `country`?
    error[unknown-field] at `employes`: there is no field `employes`
      help: did you mean `employees`?
    "#);
}

#[test]
fn values_that_do_not_fit_the_field() {
    assert_snapshot!(of("employees = 'many'"), @r#"
    error[wrong-kind] at `'many'`: `many` is not a number
      label: expected a number such as 1000, "100..999", "100..", "..999", ">=1000" or "<5"
    "#);
    assert_snapshot!(of("employees = 99.5"), @r#"
    error[wrong-kind] at `99.5`: `99.5` is not a whole number
      label: this field holds whole numbers
    "#);
    assert_snapshot!(of("employees = '100-999'"), @r#"
    error[wrong-kind] at `'100-999'`: `100-999` is not a number
      label: expected a number such as 1000, "100..999", "100..", "..999", ">=1000" or "<5"
      help: did you mean `100..999`?
    "#);
    assert_snapshot!(of("employees = '999..100'"), @r#"
    error[empty-range] at `'999..100'`: nothing lies between 999 and 100
      label: expected the lower end first
      help: did you mean 100 to 999?
    "#);
    assert_snapshot!(of("employees between 5 and 1"), @r#"
    error[empty-range] at `employees between 5 and 1`: nothing lies between 5 and 1
      label: expected the lower end first
      help: did you mean 1 to 5?
    "#);
    assert_snapshot!(of("vip = 'perhaps'"), @r#"
    error[wrong-kind] at `'perhaps'`: `perhaps` is neither true nor false
      label: expected true or false
    "#);
    assert_snapshot!(of("product_interest = 'anlytics'"), @r#"
    error[unknown-value] at `'anlytics'`: `anlytics` is not one of this field's values
      label: expected one of Analytics, platform, security
      help: did you mean `Analytics`?
    "#);
    assert_snapshot!(of("country = 'Atlantis'"), @r#"
    error[unknown-country] at `'Atlantis'`: `Atlantis` is not a country
      label: expected a code such as "US", or a country's name
    "#);
    assert_snapshot!(of("country in ['US', 'Xland', 'Yland']"), @r#"
    error[unknown-country] at `'Xland'`: `Xland` is not a country
      label: expected a code such as "US", or a country's name
    error[unknown-country] at `'Yland'`: `Yland` is not a country
      label: expected a code such as "US", or a country's name
    "#);
    assert_snapshot!(of("postal_code = 94105"), @r#"
    error[wrong-kind] at `94105`: `94105` is not a text
      label: expected a text in quotes
      help: write "94105"
    "#);
    assert_snapshot!(of("state = ''"), @r#"
    error[empty-text] at `''`: no field is ever the empty text
      label: expected a text
      help: ask whether it is missing instead
    "#);
    assert_snapshot!(of("created_at > 2026-13-01"), @r#"
    error[bad-time] at `2026-13-01`: `2026-13-01` is neither a date nor a time
      label: expected a date such as 2026-01-31, or a time such as 2026-01-31T09:00:00Z
    "#);
    assert_snapshot!(of("created_at within soon"), @r#"
    error[bad-duration] at `soon`: `soon` is not a length of time
      label: expected one such as 90s, 15m, 4h, 30d, 2w or 1d 12h
    "#);
}

#[test]
fn operators_that_do_not_fit_the_field() {
    assert_snapshot!(of("employees contains 'a'"), @r#"
    error[wrong-kind] at `employees contains 'a'`: `employees` is a whole number: `contains` cannot be asked of it
      label: expected =, !=, <, <=, >, >=, in, between or is missing
    "#);
    assert_snapshot!(of("state > 5"), @r#"
    error[wrong-kind] at `state > 5`: `state` is text: `>` cannot be asked of it
      label: expected =, !=, in, contains, starts_with, ends_with or is missing
    "#);
    assert_snapshot!(of("country starts_with 'U'"), @r#"
    error[wrong-kind] at `country starts_with 'U'`: `country` is a country: `starts_with` cannot be asked of it
      label: expected =, !=, in or is missing
    "#);
    assert_snapshot!(of("state any = 'x'"), @r#"
    error[wrong-kind] at `state any = 'x'`: `state` is text: `any` cannot be asked of it
      label: expected =, !=, in, contains, starts_with, ends_with or is missing
    "#);
    assert_snapshot!(of("state within 30d"), @r#"
    error[wrong-kind] at `state within 30d`: `state` is text: `within` cannot be asked of it
      label: expected =, !=, in, contains, starts_with, ends_with or is missing
    "#);
    assert_snapshot!(of("vip < true"), @r#"
    error[wrong-kind] at `vip < true`: `vip` is true or false: `<` cannot be asked of it
      label: expected =, != or is missing
    "#);
    assert_snapshot!(of("country = employees"), @"error[wrong-kind] at `employees`: `country` is a country and `employees` is a whole number: `=` does not compare them");
    assert_snapshot!(of("created_at > annual_revenue"), @"error[wrong-kind] at `annual_revenue`: `created_at` is a date or time and `annual_revenue` is a number: `>` does not compare them");
    assert_snapshot!(of("country"), @r#"
    error[wrong-kind] at `country`: `country` is a country, which alone is neither true nor false
      label: expected an operator after it
      help: compare it: `country = ...`, or ask `country is not missing`
    "#);
}

#[test]
fn text_without_quotes() {
    assert_snapshot!(of("country = US"), @r#"
    error[unquoted-text] at `US`: `US` is not a field
      label: text is written in quotes
      help: write "US" for a text
    "#);
    assert_snapshot!(of("country = cuontry"), @r#"
    error[unquoted-text] at `cuontry`: `cuontry` is not a field
      label: text is written in quotes
      help: did you mean `country`? Otherwise write "cuontry" for a text
    "#);
    assert_snapshot!(of("state in [CA, 'NY']"), @r#"
    error[unquoted-text] at `CA`: `CA` is not in quotes
      label: text is written in quotes
      help: write "CA"
    "#);
}

#[test]
fn syntax_of_others() {
    assert_snapshot!(of("country == 'US' && vip"), @r#"
    error[unknown-operator] at `==`: `==` is not an operator here
      help: write `=`
    error[unknown-operator] at `&&`: `&&` is not an operator here
      help: write `and`
    "#);
    assert_snapshot!(of("country is 'US'"), @r#"
    error[syntax] at `'US'`: `"US"` is not expected here
      label: expected `missing` or `not missing`
      help: to compare with a value, write `=` or `!=`
    "#);
    assert_snapshot!(of("country 'US'"), @r#"
    error[syntax] at `'US'`: `"US"` is not expected here
      label: expected =, !=, <, <=, >, >=, in, not in, between, contains, starts_with, ends_with, is missing, within, any or all
    "#);
    assert_snapshot!(of("country contain 'US'"), @r#"
    error[syntax] at `contain`: `contain` is not expected here
      label: expected =, !=, <, <=, >, >=, in, not in, between, contains, starts_with, ends_with, is missing, within, any or all
      help: did you mean `contains`?
    "#);
    assert_snapshot!(of("(country = 'US'"), @r#"
    error[syntax] at ``: the condition ends too soon
      label: expected `and`, `or` or `)`
    "#);
    assert_snapshot!(of("country = 'US')"), @r#"
    error[syntax] at `)`: `)` is not expected here
      label: nothing is open here
    "#);
    assert_snapshot!(of("country = 'US' vip"), @r#"
    error[syntax] at `vip`: `vip` is not expected here
      label: expected `and` or `or`
    "#);
    assert_snapshot!(of("country = "), @r#"
    error[syntax] at ``: the condition ends too soon
      label: expected a value: "text", a number, true, false, a date or @list
    "#);
    assert_snapshot!(of("and"), @r#"
    error[syntax] at `and`: `and` is not expected here
      label: expected the name of a field or segment, `not` or `(`
    error[syntax] at ``: the condition ends too soon
      label: expected the name of a field or segment, `not` or `(`
    "#);
    assert_snapshot!(of("state = 'New York"), @r#"
    error[open-text] at `'New York`: this text is not closed
      help: end it with '
    "#);
    assert_snapshot!(of("state = “NY”"), @r#"
    error[unknown-character] at `“`: `“` has no meaning here
      help: write straight quotes: "..." or '...'
    error[unknown-character] at `”`: `”` has no meaning here
      help: write straight quotes: "..." or '...'
    error[unquoted-text] at `NY`: `NY` is not a field
      label: text is written in quotes
      help: write "NY" for a text
    "#);
    assert_snapshot!(of(""), @r#"
    error[empty-condition] at ``: the condition is empty
      help: leave it out to match every lead
    "#);
    assert_snapshot!(of("employees between 1 or 5"), @r#"
    error[syntax] at `or`: `or` is not expected here
      label: expected `and` and the upper end
      help: write `between 100 and 999`
    error[syntax] at `5`: `5` is not expected here
      label: expected the name of a field or segment
      help: a condition begins with a field: `employees > 100`
    "#);
    assert_snapshot!(of("'US' = country"), @"error[unknown-field] at `'US'`: there is no field `US`");
    assert_snapshot!(of(r#"state = 'a\d'"#), @r#"
    error[unknown-escape] at `\d`: `\d` is not an escape
      help: write `\\` for a backslash
    "#);
    assert_snapshot!(of("state in ['a' 'b']"), @r#"
    error[syntax] at `'b'`: `"b"` is not expected here
      label: expected `,` or `]`
    "#);
    assert_snapshot!(of("5 < employees"), @r#"
    error[syntax] at `5`: `5` is not expected here
      label: expected the name of a field or segment
      help: a condition begins with a field: `employees > 100`
    "#);
}

#[test]
fn mistakes_that_deserve_a_warning() {
    assert_snapshot!(of("state not contains 'US'"), @r#"
    warning[short-contains] at `'US'`: `contains "US"` also excludes every text that merely has these letters in it
      help: to compare whole texts, write `=`, `in [...]` or `not in [...]`
    "#);
    assert_snapshot!(of("title contains 'ENT'"), @r#"
    warning[short-contains] at `'ENT'`: `contains "ENT"` also takes every text that merely has these letters in it
      help: to compare whole texts, write `=`, `in [...]` or `not in [...]`
    "#);
    assert_snapshot!(of("state != 'a' or state != 'b'"), @r#"
    warning[always-true] at `state != 'a' or state != 'b'`: this holds for every lead that has a `state`
      help: write `and`, or `not in [...]`, if all must hold
    "#);
    assert_snapshot!(of("state is missing or state not contains 'york' or state not contains ['texas', 'ohio']"), @r#"
    warning[nearly-always-true] at `state is missing or state not contains 'york' or state not contains ['texas', 'ohio']`: this holds for nearly every lead: only a `state` that each side of the `or` excludes is left out
      help: write `and`, or one list, if none of them is wanted
    "#);
    assert_snapshot!(of("not (state contains 'york' and state contains 'city')"), @"");
    assert_snapshot!(of("country = 'US' and country = 'DE'"), @r#"
    warning[never-true] at `country = 'US' and country = 'DE'`: this can never hold
      label: `country` cannot be US and also DE
      help: write `or`, or a list, if either is meant
    "#);
    assert_snapshot!(of("employees < 10 and vip and employees > 20"), @r#"
    warning[never-true] at `employees < 10 and vip and employees > 20`: this can never hold
      label: `employees` cannot be below 10 and also above 20
      help: write `or`, or a list, if either is meant
    "#);
    assert_snapshot!(of("enterprise and employees < 5"), @r#"
    warning[never-true] at `enterprise and employees < 5`: this can never hold
      label: `employees` cannot be at least 1000 and also below 5
      help: write `or`, or a list, if either is meant
    "#);
    assert_snapshot!(of("created_at <= 2026-01-31"), @r#"
    warning[date-is-midnight] at `2026-01-31`: `2026-01-31` means one moment: midnight at its beginning, in America/New_York
      help: for whole days, write `>=` the first day and `<` the day after the last
    "#);
    assert_snapshot!(of("not (vip or not vip)"), @r#"
    warning[never-true] at `(vip or not vip)`: this can never hold
      label: `vip` cannot be no and also yes
      help: write `or`, or a list, if either is meant
    "#);
    assert_snapshot!(of("employees < 5 or employees >= 5"), @r#"
    warning[always-true] at `employees < 5 or employees >= 5`: this holds for every lead that has a `employees`
      help: write `and`, or `not in [...]`, if all must hold
    "#);
}

#[test]
fn tables_that_say_what_they_cannot() {
    assert_snapshot!(of_value("5"), @r#"
    error[wrong-type] at `5`: a condition cannot be of the type integer
      label: expected a table or an expression as text
    "#);
    assert_snapshot!(of_value("{ country = { nto = 'US' } }"), @r#"
    error[unknown-field] at `nto`: `country` has no operator or part `nto`
      help: did you mean `not`?
    "#);
    assert_snapshot!(of_value("{ country = { not = 'UX1' }, state = {} }"), @r#"
    error[empty-condition] at `state = {}`: nothing is asked of `state`
      label: a value, or an operator such as { not = ... }
    error[unknown-country] at `'UX1'`: `UX1` is not a country
      label: expected a code such as "US", or a country's name
    "#);
    assert_snapshot!(of_value("{ account = { nmaed = true } }"), @r#"
    error[unknown-field] at `nmaed`: there is no field `account.nmaed`
      help: did you mean `account.named`?
    "#);
    assert_snapshot!(of_value("{ state = { missing = 'yes' } }"), @r#"
    error[wrong-type] at `'yes'`: this is a string
      label: expected true or false
    "#);
    assert_snapshot!(of_value("{ state = [['a']] }"), @r#"
    error[wrong-type] at `['a']`: a list of values cannot hold this
      label: expected a text, number, true, false or date
    "#);
    assert_snapshot!(of_value("{ pages = { any = { contians = 'x' } } }"), @r#"
    error[unknown-operator] at `contians`: `contians` is not an operator
      label: expected not, contains, starts_with or ends_with
    "#);
    assert_snapshot!(of_value("{ state = { contains = 'bank' , between = 5 } }"), @r#"
    error[unknown-field] at `between`: `state` has no operator or part `between`
      help: operators are not, contains, starts_with, ends_with, missing, any, all and within
    "#);
    assert_snapshot!(of_value("{ created_at = { within = 5 } }"), @r#"
    error[wrong-type] at `5`: this is an integer
      label: expected a text such as "30d" or "next 2w"
    "#);
    assert_snapshot!(of_value("{ country = '@dahc' }"), @r#"
    error[unknown-list] at `'@dahc'`: there is no list `@dahc`
      label: expected a name of [lists]
      help: did you mean `dach`?
    "#);
    assert_snapshot!(of_value("{ state = { starts_with = '@dahc' } }"), @r#"
    error[unknown-list] at `'@dahc'`: there is no list `@dahc`
      label: expected a name of [lists]
      help: did you mean `dach`?
    "#);
}

#[test]
fn a_place_inside_a_toml_string_is_a_place_in_the_file() {
    assert_snapshot!(of_value(r#""state = \"New \\u0059ork\" and cuntry = 'US'""#), @r#"
    error[unknown-escape] at `\\u`: `\u` is not an escape
      help: write `\\` for a backslash
    error[unknown-field] at `cuntry`: there is no field `cuntry`
      help: did you mean `country`?
    "#);
    assert_snapshot!(of_value(r#"'''
vip and
  cuntry = 'US'
'''"#), @r#"
    error[unknown-field] at `cuntry`: there is no field `cuntry`
      help: did you mean `country`?
    "#);
    assert_snapshot!(of_value(r#""""
vip and \
   cuntry = 'US'
""""#), @r#"
    error[unknown-field] at `cuntry`: there is no field `cuntry`
      help: did you mean `country`?
    "#);
}
