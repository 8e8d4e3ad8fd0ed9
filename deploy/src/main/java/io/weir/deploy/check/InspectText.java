package io.weir.deploy.check;

import io.weir.storage.check.Finding;
import io.weir.storage.check.StoreReport;
import io.weir.storage.check.StoreReport.ChunkReport;
import io.weir.storage.check.StoreReport.CollectionReport;
import io.weir.storage.check.StoreReport.DeadFileReport;
import io.weir.storage.check.StoreReport.SegmentReport;
import io.weir.storage.check.StoreReport.ShardReport;
import io.weir.storage.record.FeedNotes;
import io.weir.storage.record.Gap;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Prints what is in a store in lines of at most 80 columns. */
final class InspectText {
  private static final int FILE_BAR = 24;
  private static final int SHARE_BAR = 36;
  private static final int MAX_NAMES = 20;

  /** One is kept on purpose. */
  private static final Pattern OLDER_MANIFEST = Pattern.compile("manifest-[0-9a-f]{16}");

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final PrintWriter out;
  private final Bars bars;
  private final boolean chunks;

  InspectText(PrintWriter out, Bars bars, boolean chunks) {
    this.out = out;
    this.bars = bars;
    this.chunks = chunks;
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be one more dependency
  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values).stripTrailing());
  }

  void print(StoreReport report) {
    line(
        "store    %s%s",
        Numbers.printable(report.directory()), report.inUse() ? ", in use by a running Weir" : "");
    line("id       %s", report.store().map(Object::toString).orElse("unknown"));
    line(
        "files    %s, %s of it vectors, keys and payloads: overhead %s",
        Numbers.bytes(report.bytes()),
        Numbers.bytes(report.userBytes()),
        Numbers.percent(report.bytes() - report.userBytes(), report.userBytes()));
    if (report.userBytes() > 0) {
      printShares(ByteShares.of(report));
    }
    long longest = longestFile(report);
    for (CollectionReport collection : report.collections()) {
      print(collection, longest);
    }
    if (longest > 0) {
      line("");
      line(
          "%s; the longest bar is %s; t grows, m was merged",
          bars.legend(), Numbers.bytes(longest));
    }
    printNames("unknown names, which Weir ignores", report.unknown());
    printDamage(report.damage());
  }

  private void printShares(List<ByteShares.Share> shares) {
    long all = shares.stream().mapToLong(ByteShares.Share::bytes).sum();
    line("");
    for (ByteShares.Share share : shares) {
      line(
          "         %-10s %s %10s %7s",
          share.name(),
          bars.draw(SHARE_BAR, all, share.bytes()),
          Numbers.bytes(share.bytes()),
          Numbers.percent(share.bytes(), all));
    }
  }

  private static long longestFile(StoreReport report) {
    return report.collections().stream()
        .flatMap(collection -> collection.shards().stream())
        .flatMap(shard -> shard.segments().stream())
        .mapToLong(SegmentReport::bytes)
        .max()
        .orElse(0);
  }

  private void print(CollectionReport collection, long longest) {
    long rows = collection.shards().stream().mapToLong(ShardReport::rows).sum();
    long dead = collection.shards().stream().mapToLong(ShardReport::deadRows).sum();
    line("");
    line(
        "%s: dimension %d, %s; %s, %s dead; %s",
        collection.name(),
        collection.dimension(),
        collection.metric().name().toLowerCase(Locale.ROOT),
        Numbers.count(rows, "row"),
        Numbers.percent(dead, rows),
        Numbers.bytes(collection.bytes()));
    for (ShardReport shard : collection.shards()) {
      print(shard, longest);
    }
  }

  private void print(FeedNotes notes) {
    notes.caughtUpAt().ifPresent(at -> line("  caught up with its topic at %s", at));
    if (!notes.gaps().isEmpty()) {
      line(
          "  %s accepted as missing, in %s:",
          Numbers.count(notes.gaps().stream().mapToLong(Gap::offsets).sum(), "offset"),
          Numbers.count(notes.gaps().size(), "gap"));
    }
    for (Gap gap : notes.gaps()) {
      line(
          "    from %s to before %s, at %s",
          Numbers.count(gap.fromOffset()), Numbers.count(gap.nextOffset()), gap.acceptedAt());
    }
  }

  private void print(ShardReport shard, long longest) {
    String history =
        shard.historyFloor().isPresent() && shard.historyFloor().getAsLong() > 0
            ? ", history from " + Numbers.count(shard.historyFloor().getAsLong())
            : "";
    line("");
    line(
        "shard %d  next offset %s, generation %s, %s%s",
        shard.partition(),
        shard.nextOffset().isPresent() ? Numbers.count(shard.nextOffset().getAsLong()) : "none",
        Numbers.count(shard.generation()),
        Numbers.count(shard.chunks(), "chunk"),
        history);
    print(shard.feedNotes());
    for (SegmentReport segment : shard.segments()) {
      print(segment, longest);
    }
    for (DeadFileReport dead : shard.deadFiles()) {
      line(
          "  %-16s %s %9s %13s",
          Numbers.nameOf(dead.file()),
          bars.draw(FILE_BAR, longest, 0, 0, dead.bytes()),
          Numbers.bytes(dead.bytes()),
          Numbers.count(dead.marks(), "mark"));
    }
    if (shard.obsoleteMarks() > 0) {
      line(
          "  %s obsolete: of segments that were merged",
          Numbers.count(shard.obsoleteMarks(), "mark"));
    }
    shard.leftOvers().stream()
        .map(Numbers::nameOf)
        .filter(name -> !OLDER_MANIFEST.matcher(name).matches())
        .forEach(name -> line("  %-16s not named by the newest manifest", name));
  }

  private void print(SegmentReport segment, long longest) {
    long user = segment.userBytes();
    long rows = segment.rows();
    long dead = rows == 0 ? 0 : Math.round((double) user * segment.deadRows() / rows);
    line(
        "  %-16s %s %9s %13s %7s%s",
        Numbers.nameOf(segment.file()),
        bars.draw(FILE_BAR, longest, user - dead, dead, segment.bytes() - user),
        Numbers.bytes(segment.bytes()),
        Numbers.count(rows, "row"),
        Numbers.percent(segment.deadRows(), rows),
        segment.merged() ? " m" : segment.tail() ? " t" : "");
    if (segment.bytesBehind() > 0) {
      line("    and %s that do not count yet", Numbers.bytes(segment.bytesBehind()));
    }
    if (chunks) {
      segment.chunks().forEach(this::print);
    }
  }

  private void print(ChunkReport chunk) {
    line(
        "    %4d %10s %9s %7s  %s..%s  %s",
        chunk.number(),
        Numbers.bytes(chunk.bytes()),
        Numbers.count(chunk.rows()),
        Numbers.percent(chunk.deadRows(), chunk.rows()),
        chunk.firstOffset(),
        chunk.lastOffset(),
        TIME.format(Instant.ofEpochMilli(chunk.firstTimestamp())));
  }

  private void printNames(String what, List<Path> names) {
    if (names.isEmpty()) {
      return;
    }
    line("");
    line("%s:", what);
    names.stream().limit(MAX_NAMES).forEach(name -> line("  %s", Numbers.printable(name)));
    if (names.size() > MAX_NAMES) {
      line("  and %s more", Numbers.count(names.size() - MAX_NAMES));
    }
  }

  private void printDamage(List<Finding> damage) {
    if (!damage.isEmpty()) {
      line("");
      damage.forEach(finding -> line("damaged: %s", Numbers.printable(finding.text())));
      line("Some of the store cannot be shown; deploy/weir verify tells more.");
    }
  }
}
