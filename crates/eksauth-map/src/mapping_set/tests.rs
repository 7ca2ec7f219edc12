mod matching;
mod properties;
mod warnings;
