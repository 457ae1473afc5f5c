//! Sorting of more bytes than fit into memory: sorted runs in scratch files, merged.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// Space on a disk for what does not fit into memory.
pub trait Scratch: Read + Write + Seek + Send {}

impl<T: Read + Write + Seek + Send> Scratch for T {}

/// Makes an empty scratch file, which is gone once it is dropped.
pub type MakeScratch = dyn Fn() -> io::Result<Box<dyn Scratch>> + Send + Sync;

/// Bounds of a sort.
#[derive(Clone)]
pub struct Sorting {
    /// Greatest number of bytes in memory, approximately.
    pub memory_max: u64,
    /// Makes the files for what lies beyond.
    pub scratch: Arc<MakeScratch>,
}

impl Sorting {
    /// A sort that is never bounded and needs no files.
    #[must_use]
    pub fn in_memory() -> Sorting {
        Sorting {
            memory_max: u64::MAX,
            scratch: Arc::new(|| Err(io::ErrorKind::Unsupported.into())),
        }
    }

    /// One of several sorts that share the memory.
    pub fn part(&self, of: u64) -> Sorting {
        Sorting {
            memory_max: self.memory_max / of,
            scratch: Arc::clone(&self.scratch),
        }
    }
}

/// Key by which items are sorted, compared from the left.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SortKey(pub u128, pub i64, pub u64);

/// Bytes of a key and a length before an item in a file.
const HEAD_LEN: usize = 36;
/// Bytes of memory that an item takes besides its own.
const OVERHEAD: u64 = 80;
/// Bytes of a run that are read at once: no fewer, no more.
const READ_LEN_MIN: u64 = 1 << 12;
const READ_LEN_MAX: u64 = 1 << 18;

/// Takes items in any order.
pub struct Sorter {
    sorting: Sorting,
    items: Vec<Item>,
    held: u64,
    runs: Option<Runs>,
}

type Item = (SortKey, Box<[u8]>);

/// Sorted runs, one after another in a file.
struct Runs {
    file: Arc<Mutex<Box<dyn Scratch>>>,
    end: u64,
    ranges: Vec<Range<u64>>,
}

impl Sorter {
    /// Makes an empty one.
    pub fn new(sorting: Sorting) -> Sorter {
        Sorter {
            sorting,
            items: Vec::new(),
            held: 0,
            runs: None,
        }
    }

    /// Adds an item.
    ///
    /// # Errors
    /// I/O errors of the scratch file.
    pub fn push(&mut self, key: SortKey, bytes: Vec<u8>) -> io::Result<()> {
        self.held += bytes.len() as u64 + OVERHEAD;
        self.items.push((key, bytes.into()));
        match self.held > self.sorting.memory_max {
            true => self.write_run(),
            false => Ok(()),
        }
    }

    fn write_run(&mut self) -> io::Result<()> {
        let mut items = std::mem::take(&mut self.items);
        self.held = 0;
        items.sort_unstable_by_key(|item| item.0);
        if self.runs.is_none() {
            self.runs = Some(Runs::new((self.sorting.scratch)()?));
        }
        let mut items = items.into_iter();
        match &mut self.runs {
            Some(runs) => runs.append(|| Ok(items.next().map(|(key, bytes)| (key, bytes.into())))),
            None => Ok(()),
        }
    }

    /// All items in the order of their keys, which must differ.
    ///
    /// # Errors
    /// I/O errors of the scratch files.
    pub fn sorted(mut self) -> io::Result<Sorted> {
        if self.runs.is_some() && !self.items.is_empty() {
            self.write_run()?;
        }
        let Some(mut runs) = self.runs.take() else {
            self.items.sort_unstable_by_key(|item| item.0);
            return Ok(Sorted(Source::Memory(self.items, 0)));
        };
        let memory = self.sorting.memory_max;
        let together = usize::try_from(memory / READ_LEN_MIN).unwrap_or(usize::MAX);
        let together = together.max(2);
        while runs.ranges.len() > together {
            runs = runs.merged(together, memory, (self.sorting.scratch)()?)?;
        }
        Ok(Sorted(Source::File {
            merge: runs.merge(&runs.ranges, memory)?,
            runs,
            memory,
        }))
    }
}

impl Runs {
    fn new(file: Box<dyn Scratch>) -> Runs {
        Runs {
            file: Arc::new(Mutex::new(file)),
            end: 0,
            ranges: Vec::new(),
        }
    }

    /// Appends a run of sorted items.
    fn append(
        &mut self,
        mut next: impl FnMut() -> io::Result<Option<(SortKey, Vec<u8>)>>,
    ) -> io::Result<()> {
        let start = self.end;
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(start))?;
        let mut to = BufWriter::with_capacity(1 << 16, &mut *file);
        while let Some((SortKey(first, second, third), bytes)) = next()? {
            let len = u32::try_from(bytes.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
            to.write_all(&first.to_le_bytes())?;
            to.write_all(&second.to_le_bytes())?;
            to.write_all(&third.to_le_bytes())?;
            to.write_all(&len.to_le_bytes())?;
            to.write_all(&bytes)?;
            self.end += (HEAD_LEN + bytes.len()) as u64;
        }
        to.flush()?;
        drop(to);
        self.ranges.push(start..self.end);
        Ok(())
    }

    /// Merges so many runs each into one of another file.
    fn merged(self, together: usize, memory: u64, file: Box<dyn Scratch>) -> io::Result<Runs> {
        let mut fewer = Runs::new(file);
        for ranges in self.ranges.chunks(together) {
            let mut merge = self.merge(ranges, memory)?;
            fewer.append(|| merge.next())?;
        }
        Ok(fewer)
    }

    /// Begins to read runs together, with so many bytes of memory.
    fn merge(&self, ranges: &[Range<u64>], memory: u64) -> io::Result<Merge> {
        let read_len = memory / ranges.len().max(1) as u64;
        let read_len = read_len.clamp(READ_LEN_MIN, READ_LEN_MAX);
        let read_len = usize::try_from(read_len).unwrap_or(usize::MAX);
        let mut merge = Merge {
            runs: Vec::with_capacity(ranges.len()),
            heads: BinaryHeap::with_capacity(ranges.len()),
        };
        for range in ranges {
            let run = Run {
                file: Arc::clone(&self.file),
                rest: range.clone(),
            };
            merge.runs.push(BufReader::with_capacity(read_len, run));
            merge.load(merge.runs.len() - 1)?;
        }
        Ok(merge)
    }
}

/// Items in order, as often as they are read.
pub struct Sorted(Source);

enum Source {
    /// All fit into memory; the position of the next.
    Memory(Vec<Item>, usize),
    /// In runs of a scratch file, with so many bytes of memory for reading them.
    File {
        runs: Runs,
        merge: Merge,
        memory: u64,
    },
}

impl Sorted {
    /// The next item; None at the end.
    ///
    /// # Errors
    /// I/O errors of the scratch file.
    pub fn next(&mut self) -> io::Result<Option<(SortKey, Vec<u8>)>> {
        match &mut self.0 {
            Source::Memory(items, at) => {
                let item = items.get(*at);
                *at += 1;
                Ok(item.map(|(key, bytes)| (*key, bytes.to_vec())))
            }
            Source::File { merge, .. } => merge.next(),
        }
    }

    /// Begins again with the first item.
    ///
    /// # Errors
    /// I/O errors of the scratch file.
    pub fn rewind(&mut self) -> io::Result<()> {
        match &mut self.0 {
            Source::Memory(_, at) => *at = 0,
            Source::File {
                runs,
                merge,
                memory,
            } => *merge = runs.merge(&runs.ranges, *memory)?,
        }
        Ok(())
    }
}

/// Positions in several runs, with the least key first.
struct Merge {
    runs: Vec<BufReader<Run>>,
    /// Key of the next item of each run, the run, and the item's length.
    heads: BinaryHeap<Reverse<(SortKey, usize, usize)>>,
}

impl Merge {
    /// Reads the head of a run's next item, if there is one.
    fn load(&mut self, number: usize) -> io::Result<()> {
        let run = &mut self.runs[number];
        if run.fill_buf()?.is_empty() {
            return Ok(());
        }
        let (mut first, mut second, mut third, mut len) = ([0; 16], [0; 8], [0; 8], [0; 4]);
        for part in [&mut first[..], &mut second, &mut third, &mut len] {
            run.read_exact(part)?;
        }
        let key = SortKey(
            u128::from_le_bytes(first),
            i64::from_le_bytes(second),
            u64::from_le_bytes(third),
        );
        let len = u32::from_le_bytes(len) as usize;
        self.heads.push(Reverse((key, number, len)));
        Ok(())
    }

    fn next(&mut self) -> io::Result<Option<(SortKey, Vec<u8>)>> {
        let Some(Reverse((key, number, len))) = self.heads.pop() else {
            return Ok(None);
        };
        let mut bytes = vec![0; len];
        self.runs[number].read_exact(&mut bytes)?;
        self.load(number)?;
        Ok(Some((key, bytes)))
    }
}

/// What was not read yet of a run.
struct Run {
    file: Arc<Mutex<Box<dyn Scratch>>>,
    rest: Range<u64>,
}

impl Read for Run {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.rest.end - self.rest.start).unwrap_or(usize::MAX);
        let wanted = left.min(buffer.len());
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.rest.start))?;
        let read = file.read(&mut buffer[..wanted])?;
        self.rest.start += read as u64;
        match read == 0 && wanted > 0 {
            true => Err(io::ErrorKind::UnexpectedEof.into()),
            false => Ok(read),
        }
    }
}
