//! The content of one file: what is durable, and what a power cut may leave of the rest.
//!
//! A disk takes whole sectors. The system may write any page at any time before it is asked to,
//! so after a cut each sector holds one of the states that it passed through since the last sync:
//! a sector that shows a later write shows the earlier ones on it too. The length is kept with the
//! names, not with the data, so it may be ahead of the data (zeros stand where none arrived) or
//! behind it.

use std::collections::BTreeMap;

/// Choices that a seed repeats (splitmix64).
#[derive(Clone, Debug)]
pub(super) struct Chance(u64);

impl Chance {
    /// The choices of a seed for one matter, apart from those for another.
    pub(super) fn of(seed: u64, matter: usize) -> Self {
        let matter = u64::try_from(matter).unwrap_or(0);
        let mut chance = Self(seed ^ matter.wrapping_mul(0xd134_2543_de82_ef95));
        chance.next();
        chance
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 when `end` is 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % end).unwrap_or(0)
    }

    /// How many of `count` things in order happened: often none or all, else any number.
    pub(super) fn prefix(&mut self, count: usize) -> usize {
        match self.below(4) {
            0 => 0,
            1 => count,
            _ => self.below(count + 1),
        }
    }
}

/// A change of a file that no sync has followed.
#[derive(Clone, Debug)]
enum Event {
    /// Bytes at a place; `forced` when they were durable on return.
    Write {
        offset: usize,
        data: Vec<u8>,
        forced: bool,
    },
    /// The length, set.
    Size(usize),
    /// Zeros at a place within the file.
    Zero { offset: usize, length: usize },
}

impl Event {
    /// The length of the file after this event, from the length before it.
    fn length_after(&self, before: usize) -> usize {
        match self {
            Self::Write { offset, data, .. } if !data.is_empty() => before.max(offset + data.len()),
            Self::Size(length) => *length,
            Self::Write { .. } | Self::Zero { .. } => before,
        }
    }

    /// The bytes that it changes, given the length before it: a shrinking clears what it cuts off.
    fn reach(&self, before: usize) -> (usize, usize) {
        match self {
            Self::Write { offset, data, .. } => (*offset, offset + data.len()),
            Self::Size(length) => (*length, before.max(*length)),
            Self::Zero { offset, length } => (
                (*offset).min(before),
                offset.saturating_add(*length).min(before),
            ),
        }
    }

    /// Does to `image` what falls within `start..end`.
    fn apply(&self, image: &mut [u8], reach: (usize, usize), start: usize, end: usize) {
        let (from, to) = (reach.0.max(start), reach.1.min(end).min(image.len()));
        if from >= to {
            return;
        }
        match self {
            Self::Write { offset, data, .. } => {
                image[from..to].copy_from_slice(&data[from - offset..to - offset]);
            }
            Self::Size(_) | Self::Zero { .. } => image[from..to].fill(0),
        }
    }
}

/// A file's content on the disk and in memory.
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    durable: Vec<u8>,
    current: Vec<u8>,
    events: Vec<Event>,
}

fn apply_whole(image: &mut Vec<u8>, event: &Event) {
    let before = image.len();
    let after = event.length_after(before);
    let reach = event.reach(before);
    image.resize(before.max(after), 0);
    event.apply(image, reach, 0, usize::MAX);
    image.truncate(after);
}

impl Content {
    /// A content that was on the disk before anything happened.
    pub(super) fn durable(bytes: Vec<u8>) -> Self {
        Self {
            durable: bytes.clone(),
            current: bytes,
            events: Vec::new(),
        }
    }

    /// What the program sees.
    pub(super) fn current(&self) -> &[u8] {
        &self.current
    }

    fn push(&mut self, event: Event) {
        apply_whole(&mut self.current, &event);
        self.events.push(event);
    }

    pub(super) fn write(&mut self, offset: usize, data: Vec<u8>, forced: bool) {
        self.push(Event::Write {
            offset,
            data,
            forced,
        });
    }

    pub(super) fn set_size(&mut self, length: usize) {
        self.push(Event::Size(length));
    }

    pub(super) fn allocate(&mut self, end: usize) {
        if end > self.current.len() {
            self.push(Event::Size(end));
        }
    }

    pub(super) fn zero(&mut self, offset: usize, length: usize) {
        self.push(Event::Zero { offset, length });
    }

    /// Everything so far is on the disk.
    pub(super) fn sync(&mut self) {
        for event in self.events.drain(..) {
            apply_whole(&mut self.durable, &event);
        }
    }

    /// A content that the disk may hold after the power went.
    pub(super) fn after_cut(&self, chance: &mut Chance, sector: usize) -> Vec<u8> {
        let count = self.events.len();
        if count == 0 {
            return self.durable.clone();
        }
        let mut lengths = vec![self.durable.len()];
        for event in &self.events {
            lengths.push(event.length_after(lengths[lengths.len() - 1]));
        }
        let forced = self
            .events
            .iter()
            .rposition(|event| matches!(event, Event::Write { forced: true, .. }));
        let sized = chance.prefix(count).max(forced.map_or(0, |last| last + 1));
        let arrived = self.arrived(chance, sector, &lengths, sized);
        let mut image = self.durable.clone();
        image.resize(lengths.iter().copied().max().unwrap_or(0), 0);
        for (index, event) in self.events.iter().enumerate() {
            let reach = event.reach(lengths[index]);
            for number in sectors(reach, sector) {
                if arrived.get(&number).is_some_and(|last| *last > index) {
                    let start = number * sector;
                    event.apply(&mut image, reach, start, start.saturating_add(sector));
                }
            }
        }
        image.resize(lengths[sized], 0);
        image
    }

    /// For each sector that changed, how many events (from the first) its state includes. A
    /// shrinking that the length includes has cleared its sectors; one that it does not include
    /// has freed nothing, so that nothing written behind it later can have arrived.
    fn arrived(
        &self,
        chance: &mut Chance,
        sector: usize,
        lengths: &[usize],
        sized: usize,
    ) -> BTreeMap<usize, usize> {
        let mut arrived = BTreeMap::new();
        let mut closed = std::collections::BTreeSet::new();
        let mood = chance.below(4);
        for (index, event) in self.events.iter().enumerate() {
            let touched = sectors(event.reach(lengths[index]), sector);
            let landed = match event {
                Event::Size(_) if index < sized => touched,
                Event::Size(_) => {
                    closed.extend(touched);
                    continue;
                }
                Event::Write { forced: true, .. } => touched,
                Event::Write { .. } | Event::Zero { .. } => match mood {
                    0 => 0..0,
                    1 => touched,
                    _ => part(chance, touched),
                },
            };
            for number in landed.filter(|number| !closed.contains(number)) {
                arrived.insert(number, index + 1);
            }
        }
        arrived
    }
}

/// The whole write, none of it, or its beginning or end.
fn part(chance: &mut Chance, touched: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let torn = touched.start + chance.below(touched.len() + 1);
    match chance.below(6) {
        0 | 1 => touched,
        2 | 3 => 0..0,
        4 => touched.start..torn,
        _ => torn..touched.end,
    }
}

fn sectors((from, to): (usize, usize), sector: usize) -> std::ops::Range<usize> {
    if from >= to {
        return 0..0;
    }
    from / sector..to.div_ceil(sector)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcomes(content: &Content) -> std::collections::BTreeSet<Vec<u8>> {
        let each = 0..400;
        each.map(|seed| content.after_cut(&mut Chance::of(seed, 0), 2))
            .collect()
    }

    fn shown(content: &Content) -> Vec<String> {
        let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).replace('\0', "_");
        outcomes(content).iter().map(text).collect()
    }

    #[test]
    fn what_was_synced_stays() {
        let mut content = Content::default();
        content.write(0, b"abcdef".to_vec(), false);
        content.set_size(5);
        content.sync();
        assert_eq!(shown(&content), ["abcde"]);
    }

    #[test]
    fn a_write_in_place_tears_at_sectors_only() {
        let mut content = Content::durable(b"aaaaaa".to_vec());
        content.write(0, b"bbbbbb".to_vec(), false);
        let all = ["aaaaaa", "aaaabb", "aabbbb", "bbaaaa", "bbbbaa", "bbbbbb"];
        assert_eq!(shown(&content), all);
    }

    #[test]
    fn a_sector_that_shows_a_later_write_shows_the_earlier() {
        let mut content = Content::durable(b"aa".to_vec());
        content.write(0, b"b".to_vec(), false);
        content.write(1, b"c".to_vec(), false);
        assert_eq!(shown(&content), ["aa", "ba", "bc"]);
    }

    #[test]
    fn an_append_may_be_absent_or_zeros() {
        let mut content = Content::durable(b"aa".to_vec());
        content.write(2, b"bb".to_vec(), false);
        assert_eq!(shown(&content), ["aa", "aa__", "aabb"]);
    }

    #[test]
    fn a_shrinking_is_whole() {
        let mut content = Content::durable(b"aaaaaa".to_vec());
        content.set_size(0);
        content.write(0, b"bb".to_vec(), false);
        assert_eq!(shown(&content), ["", "__", "aaaaaa", "bb"]);
    }

    #[test]
    fn a_synchronous_write_is_there_and_those_before_it_may_not_be() {
        let mut content = Content::durable(b"aaaa".to_vec());
        content.write(0, b"bb".to_vec(), false);
        content.write(2, b"cccc".to_vec(), true);
        assert_eq!(shown(&content), ["aacccc", "bbcccc"]);
    }

    #[test]
    fn zeros_stay_within_the_file() {
        let mut content = Content::durable(b"aaaa".to_vec());
        content.zero(2, 10);
        assert_eq!(content.current(), b"aa\0\0");
        assert_eq!(shown(&content), ["aa__", "aaaa"]);
        content.allocate(6);
        assert_eq!(content.current(), b"aa\0\0\0\0");
    }
}
