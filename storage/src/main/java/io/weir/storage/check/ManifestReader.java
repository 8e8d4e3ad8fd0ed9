package io.weir.storage.check;

import io.weir.storage.check.ShardManifest.DeadEntry;
import io.weir.storage.check.ShardManifest.SegmentEntry;
import io.weir.storage.record.FeedNotes;
import io.weir.storage.record.Gap;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/** Reads a manifest: first whether it is whole, then what it says, then whether that can be. */
final class ManifestReader {
  private static final long MAGIC = 0x014e_414d_5249_4557L;
  private static final int HEADER_BYTES = 48;
  private static final int TRAILER_BYTES = 8;
  private static final int SECTION_BYTES = 8;
  private static final int MAX_BYTES = 64 << 20;
  private static final int MAX_METRIC = 2;
  private static final int SMALLEST_FILE = 128;
  private static final int SUCCESSOR = 7;
  private static final int MAX_GAPS = 1_000;
  private static final int MAX_REASON_BYTES = 200;

  private final Part part;
  private final ByteBuffer bytes;
  private final Set<Integer> seen = new HashSet<>();
  private String collection = "";
  private int partition;
  private int dimension;
  private int metric;
  private UUID topicId = new UUID(0, 0);
  private long nextOffset = -1;
  private int leaderEpoch = -1;
  private long nextFile = 1;
  private final List<SegmentEntry> segments = new ArrayList<>();
  private final List<DeadEntry> deadFiles = new ArrayList<>();
  private OptionalLong historyFloor = OptionalLong.empty();
  private Optional<Instant> caughtUpAt = Optional.empty();
  private OptionalInt topicPartitions = OptionalInt.empty();
  private final List<Gap> gaps = new ArrayList<>();

  private ManifestReader(Part part, ByteBuffer bytes) {
    this.part = part;
    this.bytes = bytes;
  }

  /**
   * Reads a manifest; empty, and a finding, if it cannot be used.
   *
   * @throws IOException if the file cannot be read: it may be gone
   */
  static Optional<ShardManifest> read(InputFile file, Findings findings) throws IOException {
    Part part = new Part(findings, file.path(), 0, "");
    long size = file.size();
    if (!part.require(
        size >= HEADER_BYTES + TRAILER_BYTES && size <= MAX_BYTES,
        "length",
        0,
        size,
        HEADER_BYTES + TRAILER_BYTES + " to " + MAX_BYTES,
        size)) {
      return Optional.empty();
    }
    ByteBuffer bytes = file.read(0, (int) size);
    return new ManifestReader(part, bytes).decode(file.path());
  }

  private Optional<ShardManifest> decode(Path file) {
    int length = bytes.limit();
    int end = length - TRAILER_BYTES;
    boolean whole =
        part.require(bytes.getLong(0) == MAGIC, "magic", 0, 8, "WEIRMAN", "other bytes")
            && part.sameHex(
                "checksum",
                length - Integer.BYTES,
                bytes.getInt(length - Integer.BYTES),
                InputFile.checksum(bytes, length - Integer.BYTES))
            && part.same("version", 8, 2, 1, bytes.getShort(8))
            && part.same("length", 12, 4, length, bytes.getInt(12))
            && part.same("length in the trailer", end, 4, length, bytes.getInt(end))
            && part.sameHex("feature bits", 40, 0, bytes.getInt(40));
    if (!whole) {
      return Optional.empty();
    }
    part.zeros("reserved bytes", bytes, 44, HEADER_BYTES);
    int at = HEADER_BYTES;
    while (at < end) {
      int next = section(at, end);
      if (next < 0) {
        return Optional.empty();
      }
      at = next;
    }
    for (int type = 1; type <= 4; type++) {
      if (!part.require(
          seen.contains(type),
          "section " + type,
          HEADER_BYTES,
          end - HEADER_BYTES,
          "one",
          "none")) {
        return Optional.empty();
      }
    }
    checkFiles(end);
    return Optional.of(
        new ShardManifest(
            file,
            length,
            bytes.getLong(16),
            new UUID(bytes.getLong(24), bytes.getLong(32)),
            collection,
            partition,
            dimension,
            metric,
            seen.contains(SUCCESSOR),
            Optional.of(topicId).filter(id -> !id.equals(new UUID(0, 0))),
            nextOffset,
            leaderEpoch,
            nextFile,
            List.copyOf(segments),
            List.copyOf(deadFiles),
            historyFloor,
            new FeedNotes(caughtUpAt, topicPartitions, gaps)));
  }

  /** Reads a section; returns where the next one begins, or -1 if that cannot be said. */
  private int section(int at, int end) {
    if (end - at < SECTION_BYTES) {
      part.found("section", at, end - at, "a whole section", end - at + " bytes");
      return -1;
    }
    int type = bytes.getShort(at) & 0xffff;
    int flags = bytes.getShort(at + 2);
    int length = bytes.getInt(at + 4);
    int start = at + SECTION_BYTES;
    Part section = part.at(at, "section " + type);
    if (!section.require(
        length >= 0 && length <= end - start, "length", 4, 4, "0 to " + (end - start), length)) {
      return -1;
    }
    section.require(seen.add(type), "type", 0, 2, "one of each", "another");
    ByteBuffer from = bytes.slice(start, length).order(bytes.order());
    try {
      switch (type) {
        case 1 -> shard(from, section);
        case 2 -> source(from, section);
        case 3 -> segments(from);
        case 4 -> dead(from);
        case 5 -> history(from, section);
        case 6 -> feed(from, section);
        case SUCCESSOR -> {}
        default -> {
          from.position(length);
          if ((flags & 1) != 0) {
            section.found("type", 0, 2, "one that this Weir knows", type);
            return -1;
          }
        }
      }
    } catch (BufferUnderflowException e) {
      section.found("contents", SECTION_BYTES, length, "all its fields", "fewer bytes");
      return -1;
    }
    section.require(
        !from.hasRemaining(),
        "contents",
        SECTION_BYTES,
        length,
        from.position() + " bytes",
        length);
    return start + length;
  }

  private void shard(ByteBuffer from, Part section) {
    partition = from.getInt();
    dimension = from.getInt();
    metric = from.get();
    byte[] name = new byte[from.get() & 0xff];
    from.get(name);
    collection = new String(name, StandardCharsets.UTF_8);
    section.require(
        dimension >= 1 && dimension <= VectorSchema.MAX_DIMENSION,
        "dimension",
        12,
        4,
        "1 to " + VectorSchema.MAX_DIMENSION,
        dimension);
    section.require(
        metric >= 0 && metric <= MAX_METRIC, "metric", 16, 1, "0 to " + MAX_METRIC, metric);
  }

  private void source(ByteBuffer from, Part section) {
    topicId = new UUID(from.getLong(), from.getLong());
    nextOffset = from.getLong();
    leaderEpoch = from.getInt();
    section.require(nextOffset >= -1, "next offset", 24, 8, "-1 or more", nextOffset);
    section.require(leaderEpoch >= -1, "leader epoch", 32, 4, "-1 or more", leaderEpoch);
  }

  private void segments(ByteBuffer from) {
    nextFile = from.getLong();
    for (int left = from.getInt(); left > 0; left--) {
      segments.add(
          new SegmentEntry(
              from.getLong(), from.getLong(), from.getInt(), from.getInt(), from.getInt()));
    }
  }

  private void dead(ByteBuffer from) {
    for (int left = from.getInt(); left > 0; left--) {
      deadFiles.add(new DeadEntry(from.getLong(), from.getLong(), from.getInt(), from.getInt()));
    }
  }

  private void history(ByteBuffer from, Part section) {
    long floor = from.getLong();
    historyFloor = OptionalLong.of(floor);
    long millis = Long.MIN_VALUE;
    long position = Long.MIN_VALUE;
    for (int left = from.getInt(); left > 0; left--) {
      int at = SECTION_BYTES + from.position();
      long nextMillis = from.getLong();
      long nextPosition = from.getLong();
      section.require(nextMillis >= millis, "time", at, 8, millis + " or later", nextMillis);
      section.require(
          nextPosition >= position, "position", at + 8, 8, position + " or more", nextPosition);
      millis = nextMillis;
      position = nextPosition;
    }
  }

  private void feed(ByteBuffer from, Part section) {
    long millis = from.getLong();
    if (millis != Long.MIN_VALUE) {
      caughtUpAt = Optional.of(Instant.ofEpochMilli(millis));
    }
    int partitions = from.getInt();
    if (section.require(partitions >= 0, "partitions", 16, 4, "0 or more", partitions)
        && partitions > 0) {
      topicPartitions = OptionalInt.of(partitions);
    }
    int count = from.getInt();
    if (!section.require(
        count >= 0 && count <= MAX_GAPS, "gaps", 20, 4, "0 to " + MAX_GAPS, count)) {
      from.position(from.limit());
      return;
    }
    for (int left = count; left > 0; left--) {
      gap(from, section);
    }
  }

  private void gap(ByteBuffer from, Part section) {
    int at = SECTION_BYTES + from.position();
    long first = from.getLong();
    long next = from.getLong();
    Instant acceptedAt = Instant.ofEpochMilli(from.getLong());
    byte[] bytesOfReason = new byte[from.get() & 0xff];
    from.get(bytesOfReason);
    String reason = new String(bytesOfReason, StandardCharsets.UTF_8);
    long lowest = gaps.isEmpty() ? 0 : gaps.getLast().nextOffset();
    if (section.require(first >= lowest, "gap", at, 8, lowest + " or more", first)
        && section.require(next > first, "end of gap", at + 8, 8, "more than " + first, next)
        && section.require(
            bytesOfReason.length <= MAX_REASON_BYTES
                && Arrays.equals(bytesOfReason, reason.getBytes(StandardCharsets.UTF_8)),
            "reason of gap",
            at + 24,
            1 + bytesOfReason.length,
            "UTF-8, at most " + MAX_REASON_BYTES + " bytes",
            bytesOfReason.length + " bytes: " + reason)) {
      gaps.add(new Gap(first, next, acceptedAt, reason));
    }
  }

  /** Numbers of files are given once, and never those that are still to come. */
  private void checkFiles(int end) {
    Part all = part.at(HEADER_BYTES, "files");
    int length = end - HEADER_BYTES;
    Set<Long> numbers = new HashSet<>();
    for (SegmentEntry segment : segments) {
      all.require(numbers.add(segment.number()), "numbers", 0, length, "each once", segment);
      all.require(
          segment.number() >= 1 && segment.number() < nextFile,
          "number of a segment",
          0,
          length,
          "1 to " + (nextFile - 1),
          segment.number());
      all.require(
          segment.bytes() > SMALLEST_FILE
              && segment.chunks() >= 1
              && segment.rows() >= segment.chunks(),
          "segment",
          0,
          length,
          "at least a chunk of a row",
          segment);
      all.require(nextOffset >= 0, "next offset", 0, length, "one, for there are rows", nextOffset);
    }
    for (DeadEntry dead : deadFiles) {
      all.require(numbers.add(dead.number()), "numbers", 0, length, "each once", dead);
      all.require(
          dead.number() >= 1 && dead.number() < nextFile,
          "number of a file of dead marks",
          0,
          length,
          "1 to " + (nextFile - 1),
          dead.number());
      all.require(dead.marks() >= 1, "dead marks", 0, length, "1 or more", dead);
    }
    if (!gaps.isEmpty()) {
      all.require(
          gaps.getLast().nextOffset() <= nextOffset,
          "end of the last gap",
          0,
          length,
          "at most " + nextOffset,
          gaps.getLast().nextOffset());
    }
    if (historyFloor.isPresent()) {
      long floor = historyFloor.getAsLong();
      all.require(
          floor <= Math.max(nextOffset, 0),
          "history floor",
          0,
          length,
          "at most " + nextOffset,
          floor);
    }
  }
}
