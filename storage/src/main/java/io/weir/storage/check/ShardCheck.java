package io.weir.storage.check;

import io.weir.storage.check.ShardManifest.DeadEntry;
import io.weir.storage.check.ShardManifest.SegmentEntry;
import io.weir.storage.record.KeyHash;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Checks one shard. What is behind a damaged part is looked at as far as it can be found; rows are
 * looked at only where all bytes are whole, so that one damaged byte is one finding.
 */
final class ShardCheck {
  private final ShardInput input;
  private final ShardManifest manifest;
  private final Depth depth;
  private final Optional<KeyHash> keyHash;
  private final Meter meter;
  private final Findings findings;
  private final DeadMarks marks = new DeadMarks();
  private final List<SegmentInput> wholeSegments = new ArrayList<>();
  private long obsoleteMarks;
  private long liveRows;
  private int chunks;
  private long rows;

  /**
   * Prepares a check.
   *
   * @param keyHash the store's hash; without it rows are not looked at
   */
  ShardCheck(
      ShardInput input, Depth depth, Optional<KeyHash> keyHash, Meter meter, Findings findings) {
    this.input = input;
    this.manifest = input.manifest();
    this.depth = keyHash.isEmpty() && depth == Depth.ROWS ? Depth.CHECKSUMS : depth;
    this.keyHash = keyHash;
    this.meter = meter;
    this.findings = findings;
  }

  void check(PieceCheck pieces, int rowsAPass) throws IOException {
    boolean marksWhole = readMarks();
    List<SegmentInput> segments = readHeaders();
    checkOffsets(segments);
    if (depth == Depth.HEADERS) {
      return;
    }
    if (depth == Depth.ROWS) {
      segments.forEach(segment -> segment.chunks().forEach(this::expectRows));
    }
    for (SegmentInput segment : segments) {
      List<ChunkHead> whole = new ArrayList<>();
      for (ChunkHead chunk : segment.chunks()) {
        if (isWhole(segment, chunk, pieces)) {
          whole.add(chunk);
        }
      }
      wholeSegments.add(new SegmentInput(segment.file(), segment.entry(), segment.merged(), whole));
    }
    if (depth == Depth.ROWS && marksWhole) {
      new OneRowAKey(wholeSegments, keyHash.orElseThrow(), marks, findings, rowsAPass).check();
    } else if (depth == Depth.ROWS) {
      findings.note(manifest.file(), "not checked: one live row a key; that takes all dead marks");
    }
  }

  private boolean readMarks() {
    long before = findings.count();
    DeadFileReader reader =
        new DeadFileReader(manifest, findings, depth == Depth.ROWS ? marks : (_, _, _, _) -> {});
    for (DeadEntry dead : manifest.deadFiles()) {
      Optional<InputFile> file = input.file(dead.number());
      if (file.isEmpty()) {
        findings.note(manifest.file(), "names a file of dead marks that is missing");
        return false;
      }
      if (depth != Depth.HEADERS) {
        reader.read(file.get(), dead);
      }
    }
    obsoleteMarks = reader.obsolete();
    return findings.count() == before;
  }

  private List<SegmentInput> readHeaders() {
    List<SegmentInput> segments = new ArrayList<>();
    for (SegmentEntry entry : manifest.segments()) {
      input
          .file(entry.number())
          .ifPresent(file -> segments.add(SegmentInput.read(file, entry, manifest, findings)));
    }
    for (SegmentInput segment : segments) {
      chunks += segment.chunks().size();
      rows += segment.chunks().stream().mapToLong(ChunkHead::rows).sum();
    }
    return segments;
  }

  /** Chunks follow each other in the order of their offsets, all of them below the position. */
  private void checkOffsets(List<SegmentInput> segments) {
    long last = -1;
    for (SegmentInput segment : segments) {
      for (ChunkHead chunk : segment.chunks()) {
        Part part = partOf(segment, chunk);
        part.require(
            chunk.firstOffset() > last,
            "first offset",
            48,
            8,
            "more than that of the chunk before, which ends with " + last,
            chunk.firstOffset());
        last = Math.max(last, chunk.lastOffset());
        part.require(
            chunk.lastOffset() < manifest.nextOffset(),
            "last offset",
            56,
            8,
            "below the next offset of the manifest, " + manifest.nextOffset(),
            chunk.lastOffset());
      }
    }
  }

  /** The keys are read for the index, and again to find those that have several rows. */
  private void expectRows(ChunkHead chunk) {
    ChunkHead.Widths widths = chunk.widths();
    long keys = chunk.keyBytes() + (long) chunk.rows() * (widths.keyEnd() + widths.offset());
    long rest = (long) chunk.slots() * ChunkHead.SLOT_BYTES + chunk.keysAt() - chunk.offsetsAt();
    rest += chunk.fieldBytes();
    int passes = OneRowAKey.passes(manifest.rows(), OneRowAKey.ROWS_A_PASS);
    meter.expect(chunk.keyBytes() + rest + passes * keys);
  }

  private boolean isWhole(SegmentInput segment, ChunkHead chunk, PieceCheck pieces) {
    long before = findings.count();
    Part part = partOf(segment, chunk);
    InputFile file = segment.file();
    try {
      pieces.check(
          file,
          chunk,
          part,
          depth == Depth.ROWS ? new VectorCheck(file, chunk, manifest.dimension(), part) : null);
      if (findings.count() == before && depth == Depth.ROWS) {
        liveRows +=
            new RowsCheck(file, chunk, part, segment.entry().number(), marks, manifest)
                .check(keyHash.orElseThrow());
        new ColumnsCheck(file, chunk, part).check();
      }
    } catch (IOException e) {
      part.unreadable(0, chunk.bytes(), e);
    }
    return findings.count() == before;
  }

  private Part partOf(SegmentInput segment, ChunkHead chunk) {
    return new Part(findings, segment.file().path(), chunk.position(), "chunk " + chunk.number());
  }

  int chunks() {
    return chunks;
  }

  long rows() {
    return rows;
  }

  long liveRows() {
    return liveRows;
  }

  long obsoleteMarks() {
    return obsoleteMarks;
  }
}
