package io.weir.storage.segment;

/** A file of dead marks, and how much of it is published: a failed commit leaves more in it. */
record PublishedMarks(DeadFile file, DeadFile.Committed committed) {

  /** All that is in a file now. */
  static PublishedMarks of(DeadFile file) {
    return new PublishedMarks(file, file.committed());
  }
}
