package io.weir.storage.segment;

import java.util.List;

/** A segment file, and how much of it is published: a failed commit leaves more in it. */
record PublishedSegment(
    SegmentFile file, SegmentFile.Committed committed, List<MappedChunk> chunks) {

  /** All that is in a file now. */
  static PublishedSegment of(SegmentFile file) {
    return new PublishedSegment(file, file.committed(), file.chunks());
  }
}
