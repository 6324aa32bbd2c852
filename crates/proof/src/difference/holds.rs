//! Which leads are held by one policy and not by the other.

use super::{Difference, Found, doing};
use crate::findings::moment;
use crate::model::{Line, Model};
use crate::scene::scenes;
use crate::space::cover::{Answer, LEFT_OUT, Owner, covered, grown};
use crate::space::cube::Cube;
use crate::space::words::region;
use pointsman_engine::policy::Action;

/// Compares the rules that hold leads, both ways.
pub fn compare(old: &Model<'_>, new: &Model<'_>, found: &mut Found) {
    one_way(old, new, true, found);
    one_way(new, old, false, found);
}

/// Leads that a rule of one policy holds and none of the other does for the same reason and as long.
fn one_way(here: &Model<'_>, there: &Model<'_>, forward: bool, found: &mut Found) {
    for line in here.lines.iter().filter(|line| !line.ends) {
        let same: Vec<&Line> = there.lines.iter().filter(|other| !other.ends && is_same(here, line, there, other)).collect();
        for cube in line.cubes.iter().flatten() {
            let mut regions = vec![(cube.clone(), same.iter().flat_map(|other| other.cubes.iter().flatten()).collect::<Vec<_>>())];
            // Or an earlier rule of the other policy takes them.
            for other in &same {
                for theirs in other.cubes.iter().flatten().filter_map(|theirs| theirs.and(cube)) {
                    let before: Vec<Cube> = there
                        .before(other, &theirs)
                        .into_iter()
                        .filter_map(|(before, owner)| before.and(&theirs).filter(|_| owner < LEFT_OUT))
                        .collect();
                    regions.extend(before.into_iter().map(|taken| (taken, Vec::new())));
                }
            }
            for (region, held) in regions {
                if let Some(difference) = held_here(here, there, line, &region, &held, forward) {
                    found.all.push(difference);
                    break;
                }
            }
        }
    }
}

/// Whether two rules hold for the same reason and as long.
fn is_same(here: &Model<'_>, line: &Line, there: &Model<'_>, other: &Line) -> bool {
    let limit = |model: &Model<'_>, line: &Line| match model.row(line).map(|row| &row.action) {
        Some(Action::Hold { limit, .. }) => Some(*limit),
        _ => None,
    };
    limit(here, line) == limit(there, other) && line.until == other.until
}

fn held_here(here: &Model<'_>, there: &Model<'_>, line: &Line, cube: &Cube, held: &[&Cube], forward: bool) -> Option<Difference> {
    let not = held.iter().copied().filter(|other| other.meets(cube)).map(|other| (other, LEFT_OUT));
    let by: Vec<(&Cube, Owner)> = here.before(line, cube).into_iter().chain(not).collect();
    let Answer::Free(free) = covered(here.universe, cube, &by) else { return None };
    let all = scenes(here.universe, here.policy, &free, moment(here.policy));
    let (scene, other) = all.into_iter().find_map(|scene| {
        let other = scene.run(there.policy)?.row;
        (scene.run(here.policy)?.row == Some(line.at)).then_some((scene, other))
    })?;
    let wide = grown(here.universe, &free, cube, &by);
    let (name, does) = (here.name(line), doing(here.policy, here.row(line)));
    let theirs = there.lines.iter().find(|line| Some(line.at) == other);
    let (their_name, their_doing) = (theirs.map(|line| there.name(line)), doing(there.policy, theirs.and_then(|line| there.row(line))));
    let (old_rule, new_rule, old, new) =
        if forward { (Some(name), their_name, does, their_doing) } else { (their_name, Some(name), their_doing, does) };
    Some(Difference { leads: region(here.universe, &wide), old_rule, new_rule, old, new, witness: Some(scene), cube: wide })
}
