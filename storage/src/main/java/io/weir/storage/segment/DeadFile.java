package io.weir.storage.segment;

import io.weir.storage.io.StorageFile;
import io.weir.storage.io.StorageFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of dead marks: a block for each checkpoint that killed published rows. Committed like a
 * segment file: what lies behind the length that the manifest names does not count, and is cut at
 * the next start.
 *
 * <pre>
 * block, little-endian
 *   0   8  magic       "WEIRDED\1"
 *   8   8  file        number of the file
 *  16   8  position    of this block in the file
 *  24   8  generation  manifest that was to publish it
 *  32  16  store       UUID of the store, high half first
 *  48   4  previous    checksum of the block before it in the file, or 0
 *  52   4  marks       1..
 *  56   4  version     1
 *  60   4  checksum    CRC32C of bytes 0..59 and of all marks
 *  64  ..  marks       16 bytes each: segment u32, row u32, killing offset u64
 * </pre>
 *
 * <p><b>Threads:</b> one at a time: whichever commits. <b>Ownership:</b> owns the descriptor.
 */
public final class DeadFile {
  private static final Logger LOG = LoggerFactory.getLogger(DeadFile.class);

  private static final long MAGIC = 0x0144_4544_5249_4557L;
  private static final int VERSION = 1;
  private static final int CHECKSUM = 60;
  private static final int HEADER_BYTES = 64;
  private static final int MARK_BYTES = 16;

  /** A block of a mebibyte: as much memory as writing and reading takes. */
  private static final int MAX_MARKS = (1 << 20) / MARK_BYTES;

  private final StorageFile file;
  private final UUID store;
  private Committed committed;

  /**
   * How much of a file of dead marks a manifest vouches for.
   *
   * @param file number of the file
   * @param bytes its committed length
   * @param marks marks in it
   * @param lastBlock checksum of its last block
   */
  public record Committed(long file, long bytes, int marks, int lastBlock) {}

  private DeadFile(StorageFile file, UUID store, Committed committed) {
    this.file = file;
    this.store = store;
    this.committed = committed;
  }

  static String fileName(long number) {
    return FileNames.of(number, ".dead");
  }

  static DeadFile create(StorageFiles files, Path directory, long number, UUID store)
      throws IOException {
    return new DeadFile(
        files.create(directory.resolve(fileName(number))), store, new Committed(number, 0, 0, 0));
  }

  /** Opens a file, cuts what lies behind its committed length, and reads its marks. */
  static DeadFile open(
      StorageFiles files, Path directory, UUID store, Committed committed, DeadMarkLoader loader)
      throws IOException {
    Path path = directory.resolve(fileName(committed.file()));
    StorageFile file = CommittedFile.open(files, path, committed.bytes());
    DeadFile dead = new DeadFile(file, store, committed);
    try {
      dead.load(loader);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
    return dead;
  }

  private void load(DeadMarkLoader loader) throws IOException {
    long position = 0;
    int previous = 0;
    int marks = 0;
    while (position < committed.bytes()) {
      ByteBuffer block = readBlock(position, previous);
      previous = block.getInt(CHECKSUM);
      position += block.capacity();
      for (block.position(HEADER_BYTES); block.hasRemaining(); ) {
        loader.accept(
            new DeadMark(Integer.toUnsignedLong(block.getInt()), block.getInt(), block.getLong()));
        marks++;
      }
    }
    Damage damage = new Damage(file.path(), "committed range");
    damage.unlessSame("end", committed.bytes(), position);
    damage.unlessSame("marks", committed.marks(), marks);
    damage.unlessSame("checksum of the last block", committed.lastBlock(), previous);
  }

  private ByteBuffer readBlock(long position, int previous) throws IOException {
    Damage damage = new Damage(file.path(), "block at byte " + position);
    long left = committed.bytes() - position;
    if (left < HEADER_BYTES) {
      throw damage.of("length", "a whole block", left + " bytes");
    }
    ByteBuffer header = allocate(HEADER_BYTES);
    file.read(header, position);
    damage.unlessSame("magic", MAGIC, header.getLong(0));
    damage.unlessSame("position", position, header.getLong(16));
    int marks = header.getInt(52);
    if (marks < 1 || marks > (left - HEADER_BYTES) / MARK_BYTES) {
      throw damage.of("marks", "1 to " + (left - HEADER_BYTES) / MARK_BYTES, marks);
    }
    ByteBuffer block = allocate(HEADER_BYTES + marks * MARK_BYTES);
    file.read(block, position);
    damage.unlessSame("checksum", block.getInt(CHECKSUM), checksum(block));
    damage.unlessSame("file", committed.file(), block.getLong(8));
    damage.unlessSame("store", store.getMostSignificantBits(), block.getLong(32));
    damage.unlessSame("store", store.getLeastSignificantBits(), block.getLong(40));
    damage.unlessSame("checksum of the block before", previous, block.getInt(48));
    damage.unlessSame("version", VERSION, block.getInt(56));
    return block;
  }

  /** Appends marks, 1 or more. Nothing is forced, nothing published. */
  void append(List<DeadMark> marks, long generation) throws IOException {
    List<DeadMark> rest = marks;
    while (!rest.isEmpty()) {
      int count = Math.min(rest.size(), MAX_MARKS);
      appendBlock(rest.subList(0, count), generation);
      rest = rest.subList(count, rest.size());
    }
  }

  private void appendBlock(List<DeadMark> marks, long generation) throws IOException {
    ByteBuffer block = allocate(HEADER_BYTES + marks.size() * MARK_BYTES);
    block
        .putLong(MAGIC)
        .putLong(committed.file())
        .putLong(committed.bytes())
        .putLong(generation)
        .putLong(store.getMostSignificantBits())
        .putLong(store.getLeastSignificantBits())
        .putInt(committed.lastBlock())
        .putInt(marks.size())
        .putInt(VERSION)
        .position(HEADER_BYTES);
    for (DeadMark mark : marks) {
      block
          .putInt(Math.toIntExact(mark.segment()))
          .putInt(mark.row())
          .putLong(mark.killingOffset());
    }
    int checksum = checksum(block);
    block.putInt(CHECKSUM, checksum);
    file.write(block.clear(), committed.bytes());
    committed =
        new Committed(
            committed.file(),
            committed.bytes() + block.capacity(),
            committed.marks() + marks.size(),
            checksum);
  }

  private static int checksum(ByteBuffer block) {
    ByteBuffer all = block.duplicate().clear();
    CRC32C crc = new CRC32C();
    crc.update(all.slice(0, CHECKSUM));
    crc.update(all.slice(HEADER_BYTES, block.capacity() - HEADER_BYTES));
    return (int) crc.getValue();
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  void force() throws IOException {
    file.force(true);
  }

  Path path() {
    return file.path();
  }

  Committed committed() {
    return committed;
  }

  /** Closes it; everything that counts was forced, so a failure is only told. */
  void closeQuietly() {
    try {
      file.close();
    } catch (IOException e) {
      LOG.warn("{} did not close: {}", file.path(), e.toString());
    }
  }
}
