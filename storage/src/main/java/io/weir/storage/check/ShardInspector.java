package io.weir.storage.check;

import io.weir.storage.check.StoreReport.ChunkReport;
import io.weir.storage.check.StoreReport.DeadFileReport;
import io.weir.storage.check.StoreReport.Parts;
import io.weir.storage.check.StoreReport.SegmentReport;
import io.weir.storage.check.StoreReport.ShardReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Says what is in one shard. */
final class ShardInspector {
  private final ShardInput input;
  private final ShardManifest manifest;
  private final Findings findings;

  /** Chunks by segment and by their first rows. */
  private final Map<Long, TreeMap<Long, ChunkHead>> chunks = new HashMap<>();

  private final Map<ChunkHead, Long> deadRows = new HashMap<>();

  ShardInspector(ShardInput input, Findings findings) {
    this.input = input;
    this.manifest = input.manifest();
    this.findings = findings;
  }

  ShardReport inspect(List<Path> leftOvers) throws IOException {
    List<SegmentInput> segments = new ArrayList<>();
    for (ShardManifest.SegmentEntry entry : manifest.segments()) {
      Optional<InputFile> file = input.file(entry.number());
      if (file.isPresent()) {
        SegmentInput segment = SegmentInput.read(file.get(), entry, manifest, findings);
        segments.add(segment);
        TreeMap<Long, ChunkHead> byRow = new TreeMap<>();
        segment.chunks().forEach(chunk -> byRow.put((long) chunk.firstRow(), chunk));
        chunks.put(entry.number(), byRow);
      }
    }
    long obsolete = countMarks();
    List<SegmentReport> reports = new ArrayList<>();
    for (SegmentInput segment : segments) {
      reports.add(report(segment));
    }
    return new ShardReport(
        manifest.partition(),
        manifest.generation(),
        manifest.nextOffset() < 0 ? OptionalLong.empty() : OptionalLong.of(manifest.nextOffset()),
        manifest.leaderEpoch(),
        manifest.topicId(),
        manifest.historyFloor(),
        manifest.feedNotes(),
        manifest.bytes(),
        reports,
        deadFiles(),
        obsolete,
        leftOvers);
  }

  private long countMarks() {
    DeadFileReader reader =
        new DeadFileReader(manifest, findings, (_, segment, row, _) -> count(segment, row));
    for (ShardManifest.DeadEntry dead : manifest.deadFiles()) {
      input.file(dead.number()).ifPresent(file -> reader.read(file, dead));
    }
    return reader.obsolete();
  }

  private void count(long segment, long row) {
    TreeMap<Long, ChunkHead> byRow = chunks.get(segment);
    Map.Entry<Long, ChunkHead> found = byRow == null ? null : byRow.floorEntry(row);
    if (found != null) {
      deadRows.merge(found.getValue(), 1L, Long::sum);
    }
  }

  private List<DeadFileReport> deadFiles() {
    List<DeadFileReport> reports = new ArrayList<>();
    for (ShardManifest.DeadEntry dead : manifest.deadFiles()) {
      input
          .file(dead.number())
          .ifPresent(
              file -> reports.add(new DeadFileReport(file.path(), dead.bytes(), dead.marks())));
    }
    return reports;
  }

  private SegmentReport report(SegmentInput segment) throws IOException {
    List<ChunkReport> reports = new ArrayList<>();
    for (ChunkHead chunk : segment.chunks()) {
      reports.add(
          new ChunkReport(
              chunk.number(),
              chunk.position(),
              chunk.bytes(),
              chunk.generation(),
              chunk.rows(),
              chunk.deadRows() + deadRows.getOrDefault(chunk, 0L),
              chunk.firstOffset(),
              chunk.lastOffset(),
              chunk.firstTimestamp(),
              parts(segment.file(), chunk)));
    }
    return new SegmentReport(
        segment.file().path(),
        segment.entry().bytes(),
        Math.max(segment.file().size() - segment.entry().bytes(), 0),
        segment.merged(),
        segment.entry().equals(manifest.segments().getLast()),
        reports);
  }

  private Parts parts(InputFile file, ChunkHead chunk) throws IOException {
    ChunkHead.Starts starts = chunk.starts();
    long vectors = (long) chunk.rows() * manifest.dimension() * Float.BYTES;
    long payloads =
        Column.at(file, chunk.payloadEndsAt(), chunk.widths().payloadEnd(), chunk.rows() - 1L);
    long table = chunk.slackAt() - chunk.offsetsAt();
    long index = (long) chunk.slots() * ChunkHead.SLOT_BYTES;
    long checks = ChunkHead.ROWS_START + chunk.pieces() * Integer.BYTES + ChunkHead.FOOTER_BYTES;
    long fields = chunk.fieldBytes();
    long used = vectors + table + chunk.keyBytes() + payloads + index + fields + checks;
    return new Parts(
        vectors,
        starts.payloads() - starts.keys(),
        payloads,
        table,
        index,
        fields,
        checks,
        chunk.bytes() - used);
  }
}
