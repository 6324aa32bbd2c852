//! Every command in every stage: what comes of it.

use super::*;
use std::fmt::Write;

fn stages() -> Vec<(&'static str, Life)> {
    let step = |life: Life, command| life.step(command, at("09:01")).unwrap().life;
    let ana = || begun(to_ana());
    vec![
        ("undecided", step(ana(), Command::Reassign { by: dana(), to: None })),
        ("held by a rule", begun(To::Held { pool: None, until: at("09:20") })),
        ("waits for a pool", begun(To::Held { pool: Some("sdr".into()), until: at("09:20") })),
        ("queued", begun(To::Queued { queue: "desk".into() })),
        ("assigned to ana", ana()),
        ("contacted by ana", step(ana(), Command::Contacted { by: rep("ana"), at: at("09:01") })),
        ("kept, no owner", begun(To::Kept { rep: None })),
        ("suppressed by a rule", begun(To::Suppressed)),
        ("suppressed by dana", step(ana(), Command::Suppress { by: dana(), reason: None })),
        ("closed by ana", step(ana(), Command::Close { by: rep("ana"), result: Closing::Lost })),
        ("erased", step(ana(), Command::Erase { by: dana() })),
    ]
}

fn commands() -> Vec<(&'static str, Command)> {
    let to_ben = Some("ben".into());
    vec![
        ("decided: ben", Command::Decided(placed(To::Assigned { rep: "ben".into(), pool: None }))),
        ("comes again, kept with ana", Command::Again(placed(To::Kept { rep: Some("ana".into()) }))),
        ("ana accepts", Command::Accept { by: rep("ana") }),
        ("ben accepts", Command::Accept { by: rep("ben") }),
        ("dana accepts", Command::Accept { by: dana() }),
        ("ana passes", Command::Pass { by: rep("ana"), reason: None, bad_lead: false }),
        ("ana passes, bad lead", Command::Pass { by: rep("ana"), reason: None, bad_lead: true }),
        ("ana contacted", Command::Contacted { by: rep("ana"), at: at("09:02") }),
        ("ben contacted", Command::Contacted { by: rep("ben"), at: at("09:02") }),
        ("the hold is over", Command::Due { clock: ClockKind::HoldOver }),
        ("routing is due", Command::Due { clock: ClockKind::Route }),
        ("a reminder is due", Command::Due { clock: ClockKind::Remind(1) }),
        ("contact is due", Command::Due { clock: ClockKind::Contact }),
        ("the manager is due", Command::Due { clock: ClockKind::Escalate(1) }),
        ("reassignment is due", Command::Due { clock: ClockKind::Escalate(2) }),
        ("no answer on a channel", Command::Due { clock: ClockKind::Unacknowledged(1) }),
        ("dana reassigns", Command::Reassign { by: dana(), to: None }),
        ("dana gives it to ben", Command::Reassign { by: dana(), to: to_ben }),
        ("ben claims", Command::Claim { by: rep("ben"), rep: "ben".into() }),
        ("ben claims for ana", Command::Claim { by: rep("ben"), rep: "ana".into() }),
        ("dana puts it into desk", Command::Requeue { by: dana(), queue: "desk".into() }),
        ("dana suppresses", Command::Suppress { by: dana(), reason: None }),
        ("ana closes it as won", Command::Close { by: rep("ana"), result: Closing::Won }),
        ("dana closes it as bad", Command::Close { by: dana(), result: Closing::Bad }),
        ("dana erases", Command::Erase { by: dana() }),
        ("changed, same rule", Command::Changed { rule: Some("Everything".into()), reroute: true }),
        ("changed, other rule", Command::Changed { rule: Some("Large".into()), reroute: false }),
        ("changed, reroute", Command::Changed { rule: Some("Large".into()), reroute: true }),
    ]
}

/// The stage after it, with who has it, and the effects in short.
fn shown(step: &Step) -> String {
    let names = step.effects.iter().map(|effect| match effect {
        Effect::SetClocks { clocks } => format!("+{}", clocks.iter().map(|clock| clock.kind.to_string()).collect::<Vec<_>>().join("+")),
        Effect::StopClocks { clocks } => format!("-{}", clocks.iter().map(ToString::to_string).collect::<Vec<_>>().join("-")),
        Effect::Notify { who, notice, channel } => {
            assert_eq!(serde_json::to_value(notice).unwrap()["notice"], notice.name());
            let notice = notice.name();
            let channel = if *channel > 0 { format!(" on {channel}") } else { String::new() };
            format!("tell {} {notice}{channel}", serde_json::to_string(who).unwrap().replace(['"', '{', '}'], ""))
        }
        Effect::Give { rep } => format!("GIVE {rep}"),
        Effect::Decide => "DECIDE".to_owned(),
        other => serde_json::to_value(other).unwrap()["effect"].as_str().unwrap().to_owned(),
    });
    let names: Vec<String> = names.filter(|name| name != "refresh").collect();
    let events = step.events.iter().map(Event::name).collect::<Vec<_>>().join(", ");
    format!("{} [{events}] {}", step.life.stage.name(), names.join("; ")).trim_end().to_owned()
}

#[test]
fn every_command_in_every_stage() {
    let mut table = String::new();
    for (stage, life) in stages() {
        writeln!(table, "{stage}").unwrap();
        for (command, what) in commands() {
            let come = match life.clone().step(what, at("10:00")) {
                Ok(step) if step.events.is_empty() && step.effects.is_empty() => {
                    assert_eq!(step.life, life);
                    "nothing changes".to_owned()
                }
                Ok(step) => shown(&step),
                Err(refusal) => format!("refused: {refusal}"),
            };
            writeln!(table, "    {command:26} {come}").unwrap();
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn a_life_is_short_in_json_and_reads_back() {
    for (_, life) in stages() {
        let json = serde_json::to_string(&life).unwrap();
        assert!(!json.contains("null") && !json.contains("[]") && !json.contains("false"), "{json}");
        assert_eq!(serde_json::from_str::<Life>(&json).unwrap(), life);
    }
    let life = begun(To::Assigned { rep: "ana".into(), pool: None });
    let contacted = life.step(Command::Contacted { by: rep("ana"), at: at("09:01") }, at("09:01")).unwrap().life;
    insta::assert_snapshot!(serde_json::to_string(&contacted).unwrap());
}

#[test]
fn commands_events_and_effects_read_back_from_json() {
    for ((_, life), (_, command)) in
        stages().into_iter().flat_map(|stage| commands().into_iter().map(move |command| (stage.clone(), command)))
    {
        let json = serde_json::to_string(&command).unwrap();
        assert_eq!(serde_json::from_str::<Command>(&json).unwrap(), command, "{json}");
        let Ok(step) = life.step(command, at("10:00")) else { continue };
        for event in step.events {
            let json = serde_json::to_value(&event).unwrap();
            assert_eq!(json["event"], event.name());
            assert_eq!(serde_json::from_value::<Event>(json).unwrap(), event);
        }
        for effect in step.effects {
            assert_eq!(serde_json::from_str::<Effect>(&serde_json::to_string(&effect).unwrap()).unwrap(), effect);
        }
    }
}

#[test]
fn kinds_of_clocks_are_written_as_they_read() {
    for text in ["hold-over", "route", "remind-2", "contact", "escalate-1", "unacknowledged-3"] {
        assert_eq!(text.parse::<ClockKind>().unwrap().to_string(), text);
    }
    for text in ["", "remind", "remind-", "remind-x", "contact-1", "escalate--1"] {
        assert_eq!(text.parse::<ClockKind>(), Err(UnknownClock(text.to_owned())));
    }
}
