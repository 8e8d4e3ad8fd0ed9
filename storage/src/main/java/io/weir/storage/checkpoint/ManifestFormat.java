package io.weir.storage.checkpoint;

import io.weir.storage.io.Checksum;
import io.weir.storage.io.CorruptFileException;
import io.weir.storage.io.IncompatibleFormatException;
import io.weir.storage.record.FeedNotes;
import io.weir.storage.record.Metric;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.segment.DeadFile;
import io.weir.storage.segment.SegmentFile;
import io.weir.storage.segment.SegmentSet;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The bytes of a manifest, version 1.0, little-endian.
 *
 * <pre>
 * header, 48 bytes
 *   0   8  magic         "WEIRMAN\1"
 *   8   2  major         1: a reader refuses another
 *  10   2  minor         0: a reader takes any
 *  12   4  bytes         length of the file
 *  16   8  generation
 *  24  16  store         UUID, high half first; so are all UUIDs
 *  40   4  incompatible  feature bits that a reader must know
 *  44   4  (zero)
 * sections, until 8 bytes before the end; a reader skips those that it does not know
 *   0   2  type
 *   2   2  flags         bit 0: a reader that does not know the type refuses the file
 *   4   4  bytes         length of what follows
 *   type 1, shard:     u32 partition, u32 dimension, u8 metric, u8 length, collection as UTF-8
 *   type 2, source:    16 topic id (0 0: unknown), i64 next offset (-1: none), i32 leader epoch
 *   type 3, segments:  u64 next file, u32 count, then each: u64 segment, u64 bytes, u32 rows,
 *                      u32 chunks, u32 checksum of the last footer
 *   type 4, dead:      u32 count, then each: u64 file, u64 bytes, u32 marks, u32 checksum of the
 *                      last block
 *   type 5, history:   i64 floor, u32 count, then each: i64 millis, i64 position
 *   type 6, feed:      i64 millis when caught up (lowest: never), u32 partitions of the topic (0:
 *                      unknown), u32 count of gaps, then each, lowest first: i64 first offset,
 *                      i64 next offset, i64 millis when accepted, u8 length, reason as UTF-8;
 *                      left out where nothing is noted
 *   type 7, successor: nothing; it says that the shard is not in its partition's place yet
 * trailer, 8 bytes
 *   0   4  bytes         as in the header
 *   4   4  checksum      CRC32C of everything before it
 * </pre>
 */
final class ManifestFormat {
  private static final long MAGIC = 0x014e_414d_5249_4557L; // "WEIRMAN\1"
  private static final short MAJOR = 1;
  private static final int KNOWN_INCOMPATIBLE = 0;
  private static final int HEADER_BYTES = 48;
  private static final int SECTION_HEADER_BYTES = 8;
  private static final int TRAILER_BYTES = 8;
  private static final int MUST_KNOW = 1;
  private static final short SHARD = 1;
  private static final short SOURCE = 2;
  private static final short SEGMENTS = 3;
  private static final short DEAD = 4;
  private static final short HISTORY = 5;
  private static final short FEED = 6;
  private static final short SUCCESSOR = 7;

  /** No manifest is longer; a file that claims to be is damaged. */
  static final int MAX_BYTES = 64 << 20;

  private static final UUID NO_TOPIC = new UUID(0, 0);
  private static final long NO_OFFSET = -1;

  private ManifestFormat() {}

  static ByteBuffer encode(Manifest manifest) {
    byte[] collection = manifest.collection().getBytes(StandardCharsets.UTF_8);
    SegmentSet.Contents contents = manifest.contents();
    FeedNotes notes = manifest.feed().notes();
    int bytes =
        HEADER_BYTES
            + 5 * SECTION_HEADER_BYTES
            + (10 + collection.length)
            + 28
            + (12 + 28 * contents.segments().size())
            + (4 + 24 * contents.deadFiles().size())
            + (12 + 16 * manifest.history().notes().size())
            + (notes.equals(FeedNotes.NONE) ? 0 : SECTION_HEADER_BYTES + FeedSection.bytes(notes))
            + (manifest.successor() ? SECTION_HEADER_BYTES : 0)
            + TRAILER_BYTES;
    ByteBuffer to = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    to.putLong(MAGIC).putShort(MAJOR).putShort((short) 0).putInt(bytes);
    to.putLong(manifest.generation());
    putUuid(to, manifest.store());
    to.putInt(0).putInt(0);

    section(to, SHARD, 10 + collection.length);
    to.putInt(manifest.partition()).putInt(manifest.schema().dimension());
    to.put((byte) manifest.schema().metric().code());
    to.put((byte) collection.length).put(collection);

    section(to, SOURCE, 28);
    putUuid(to, manifest.feed().topicId().orElse(NO_TOPIC));
    to.putLong(manifest.position().map(SourcePosition::nextOffset).orElse(NO_OFFSET));
    to.putInt(
        manifest.position().map(SourcePosition::leaderEpoch).orElse(SourcePosition.UNKNOWN_EPOCH));

    section(to, SEGMENTS, 12 + 28 * contents.segments().size());
    to.putLong(contents.nextFile()).putInt(contents.segments().size());
    for (SegmentFile.Committed segment : contents.segments()) {
      to.putLong(segment.segment()).putLong(segment.bytes());
      to.putInt(segment.rows()).putInt(segment.chunks()).putInt(segment.lastFooter());
    }

    section(to, DEAD, 4 + 24 * contents.deadFiles().size());
    to.putInt(contents.deadFiles().size());
    for (DeadFile.Committed dead : contents.deadFiles()) {
      to.putLong(dead.file()).putLong(dead.bytes()).putInt(dead.marks()).putInt(dead.lastBlock());
    }

    HistoryLog history = manifest.history();
    section(to, HISTORY, 12 + 16 * history.notes().size());
    to.putLong(history.floor()).putInt(history.notes().size());
    for (HistoryLog.Note note : history.notes()) {
      to.putLong(note.millis()).putLong(note.position());
    }

    if (!notes.equals(FeedNotes.NONE)) {
      section(to, FEED, FeedSection.bytes(notes));
      FeedSection.write(to, notes);
    }
    if (manifest.successor()) {
      section(to, SUCCESSOR, 0);
    }

    to.putInt(bytes);
    to.putInt(Checksum.of(to, to.position()));
    return to.flip();
  }

  private static void section(ByteBuffer to, short type, int bytes) {
    to.putShort(type).putShort((short) MUST_KNOW).putInt(bytes);
  }

  private static void putUuid(ByteBuffer to, UUID uuid) {
    to.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
  }

  private static UUID getUuid(ByteBuffer from) {
    return new UUID(from.getLong(), from.getLong());
  }

  /**
   * Reads a whole file.
   *
   * @throws CorruptFileException if it is not a manifest as it was written
   * @throws IncompatibleFormatException if it is one that a newer Weir wrote
   */
  static Manifest decode(Path file, byte[] bytes) throws IOException {
    ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < HEADER_BYTES + TRAILER_BYTES) {
      throw new CorruptFileException(file, "its end", "a whole manifest", bytes.length + " bytes");
    }
    if (from.getLong(0) != MAGIC) {
      throw new CorruptFileException(file, "byte 0, magic", "WEIRMAN", "other bytes");
    }
    if (from.getShort(8) != MAJOR) {
      throw new IncompatibleFormatException(file, "format version " + from.getShort(8));
    }
    int end = bytes.length - TRAILER_BYTES;
    int expected = from.getInt(bytes.length - Integer.BYTES);
    int actual = Checksum.of(from, bytes.length - Integer.BYTES);
    if (expected != actual || from.getInt(12) != bytes.length || from.getInt(end) != bytes.length) {
      throw new CorruptFileException(
          file,
          "bytes 0 to " + bytes.length,
          "checksum " + Checksum.text(expected) + " and length " + from.getInt(12),
          Checksum.text(actual) + " and " + bytes.length);
    }
    int unknown = from.getInt(40) & ~KNOWN_INCOMPATIBLE;
    if (unknown != 0) {
      throw new IncompatibleFormatException(file, "feature bits 0x" + Integer.toHexString(unknown));
    }
    try {
      return decodeSections(file, from, end);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      CorruptFileException damage =
          new CorruptFileException(file, "its sections", "whole sections", e.toString());
      damage.initCause(e);
      throw damage;
    }
  }

  private static Manifest decodeSections(Path file, ByteBuffer from, int end) throws IOException {
    long generation = from.getLong(16);
    UUID store = getUuid(from.position(24));
    String collection = "";
    int partition = 0;
    Optional<VectorSchema> schema = Optional.empty();
    Optional<UUID> topicId = Optional.empty();
    Optional<SourcePosition> position = Optional.empty();
    HistoryLog history = HistoryLog.EMPTY;
    FeedNotes notes = FeedNotes.NONE;
    boolean successor = false;
    long nextFile = 1;
    List<SegmentFile.Committed> segments = new ArrayList<>();
    List<DeadFile.Committed> deadFiles = new ArrayList<>();
    from.position(HEADER_BYTES);
    while (from.position() < end) {
      short type = from.getShort();
      short flags = from.getShort();
      int bytes = from.getInt();
      int next = Math.addExact(from.position(), bytes);
      switch (type) {
        case SHARD -> {
          partition = from.getInt();
          schema = Optional.of(new VectorSchema(from.getInt(), Metric.ofCode(from.get())));
          byte[] name = new byte[from.get()];
          from.get(name);
          collection = new String(name, StandardCharsets.UTF_8);
        }
        case SOURCE -> {
          topicId = Optional.of(getUuid(from)).filter(id -> !id.equals(NO_TOPIC));
          long nextOffset = from.getLong();
          int epoch = from.getInt();
          if (nextOffset != NO_OFFSET) {
            position = Optional.of(new SourcePosition(nextOffset, epoch));
          }
        }
        case SEGMENTS -> {
          nextFile = from.getLong();
          for (int left = from.getInt(); left > 0; left--) {
            segments.add(
                new SegmentFile.Committed(
                    from.getLong(), from.getLong(), from.getInt(), from.getInt(), from.getInt()));
          }
        }
        case DEAD -> {
          for (int left = from.getInt(); left > 0; left--) {
            deadFiles.add(
                new DeadFile.Committed(
                    from.getLong(), from.getLong(), from.getInt(), from.getInt()));
          }
        }
        case HISTORY -> {
          long floor = from.getLong();
          List<HistoryLog.Note> durable = new ArrayList<>();
          for (int left = from.getInt(); left > 0; left--) {
            durable.add(new HistoryLog.Note(from.getLong(), from.getLong()));
          }
          history = new HistoryLog(floor, durable);
        }
        case FEED -> notes = FeedSection.read(from);
        case SUCCESSOR -> successor = true;
        default -> {
          if ((flags & MUST_KNOW) != 0) {
            throw new IncompatibleFormatException(file, "section of type " + type);
          }
        }
      }
      from.position(next);
    }
    return new Manifest(
        generation,
        store,
        collection,
        partition,
        schema.orElseThrow(() -> new IllegalArgumentException("no section of type 1")),
        successor,
        new Feed(topicId, notes),
        position,
        history,
        new SegmentSet.Contents(nextFile, List.copyOf(segments), List.copyOf(deadFiles)));
  }
}
