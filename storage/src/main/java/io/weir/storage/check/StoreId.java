package io.weir.storage.check;

import io.weir.storage.io.StorageFiles;
import io.weir.storage.record.KeyHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * What the file IDENTITY says.
 *
 * @param store UUID of the store
 * @param keyHash the hash of its key indexes
 */
record StoreId(UUID store, KeyHash keyHash) {
  private static final long MAGIC = 0x0145_4449_5249_4557L;
  private static final int BYTES = 64;
  private static final int CHECKSUM_AT = 60;

  /** Reads it; empty, and a finding, if it is missing or damaged. */
  static Optional<StoreId> read(StorageFiles files, Path root, Meter meter, Findings findings) {
    Path path = root.resolve(StoreFolders.IDENTITY);
    Part part = new Part(findings, path, 0, "");
    try (InputFile file = InputFile.open(files, path, meter)) {
      long size = file.size();
      if (!part.same("length", Math.min(size, BYTES), Math.abs(size - BYTES), BYTES, size)) {
        return Optional.empty();
      }
      return decode(file.read(0, BYTES), part);
    } catch (NoSuchFileException e) {
      part.found("file", 0, 0, "a file of that name", "none");
    } catch (IOException e) {
      part.unreadable(0, BYTES, e);
    }
    return Optional.empty();
  }

  private static Optional<StoreId> decode(ByteBuffer bytes, Part part) {
    boolean whole =
        part.require(bytes.getLong(0) == MAGIC, "magic", 0, 8, "WEIRIDE", "other bytes")
            && part.sameHex(
                "checksum",
                CHECKSUM_AT,
                bytes.getInt(CHECKSUM_AT),
                InputFile.checksum(bytes, CHECKSUM_AT))
            && part.same("version", 8, 2, 1, bytes.getShort(8))
            && part.sameHex("feature bits", 12, 0, bytes.getInt(12));
    if (!whole) {
      return Optional.empty();
    }
    part.zeros("reserved bytes", bytes, 48, CHECKSUM_AT);
    return Optional.of(
        new StoreId(
            new UUID(bytes.getLong(16), bytes.getLong(24)),
            new KeyHash(bytes.getLong(32), bytes.getLong(40))));
  }
}
