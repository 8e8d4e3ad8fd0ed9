package io.weir.storage.io;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.zip.CRC32C;

/** CRC32C, the checksum of everything that Weir writes. */
public final class Checksum {
  private Checksum() {}

  /** Returns the checksum of a range, at most 2 GiB. */
  public static int of(MemorySegment bytes, long from, long length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.asSlice(from, length).asByteBuffer());
    return (int) crc.getValue();
  }

  /** Returns the checksum of the first bytes of a buffer, wherever its position is. */
  public static int of(ByteBuffer bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate().position(0).limit(length));
    return (int) crc.getValue();
  }

  /** Returns a checksum as people compare them. */
  public static String text(int checksum) {
    return String.format(Locale.ROOT, "%08x", checksum);
  }
}
