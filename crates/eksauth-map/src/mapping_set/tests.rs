mod matching;
mod properties;
mod sharing;
mod warnings;
