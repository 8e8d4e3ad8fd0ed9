package io.weir.storage;

import io.weir.storage.io.Checksum;
import io.weir.storage.io.CorruptFileException;
import io.weir.storage.io.IncompatibleFormatException;
import io.weir.storage.io.StorageFile;
import io.weir.storage.io.StorageFiles;
import io.weir.storage.record.KeyHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.UUID;

/**
 * Who a store is: written once, when its folder is first used, and never changed.
 *
 * <pre>
 * file IDENTITY, 64 bytes, little-endian
 *   0   8  magic         "WEIRIDE\1"
 *   8   2  major         1: a reader refuses another
 *  10   2  minor         0
 *  12   4  incompatible  feature bits that a reader must know
 *  16  16  store         UUID, high half first
 *  32  16  seed          of the key hash
 *  48  12  (zero)
 *  60   4  checksum      CRC32C of bytes 0..59
 * </pre>
 *
 * @param store UUID of the store; every file repeats it
 * @param keyHash the store's own hash, by which its key indexes are laid out
 */
record StoreIdentity(UUID store, KeyHash keyHash) {
  static final String NAME = "IDENTITY";
  private static final long MAGIC = 0x0145_4449_5249_4557L;
  private static final short MAJOR = 1;
  private static final int BYTES = 64;
  private static final int CHECKSUM = 60;

  /** Whether a folder has an identity. */
  static boolean isIn(StorageFiles files, Path directory) throws IOException {
    return files.list(directory).contains(NAME);
  }

  /** Reads the identity of a folder, or gives it one if nothing is stored there. */
  static StoreIdentity loadOrCreate(StorageFiles files, Path directory) throws IOException {
    if (isIn(files, directory)) {
      return load(files, directory.resolve(NAME));
    }
    if (!files.list(directory.resolve(StoreLayout.COLLECTIONS)).isEmpty()) {
      throw new CorruptFileException(
          directory, "its IDENTITY", "a file of that name", "collections without it");
    }
    SecureRandom random = new SecureRandom();
    StoreIdentity made =
        new StoreIdentity(UUID.randomUUID(), new KeyHash(random.nextLong(), random.nextLong()));
    made.write(files, directory);
    return made;
  }

  private void write(StorageFiles files, Path directory) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(MAGIC).putShort(MAJOR).putShort((short) 0).putInt(0);
    bytes.putLong(store.getMostSignificantBits()).putLong(store.getLeastSignificantBits());
    bytes.putLong(keyHash.seed0()).putLong(keyHash.seed1());
    bytes.putInt(CHECKSUM, Checksum.of(bytes, CHECKSUM)).clear();
    // A name of its own: a rename that survives a crash must not publish an earlier attempt's
    // bytes.
    Path temporary = directory.resolve(NAME + "-" + store + ".tmp");
    try (StorageFile file = files.create(temporary)) {
      file.write(bytes, 0);
      file.force(true);
    }
    files.rename(temporary, directory.resolve(NAME));
    files.forceDirectory(directory);
  }

  private static StoreIdentity load(StorageFiles files, Path path) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (StorageFile file = files.open(path)) {
      if (file.size() != BYTES) {
        throw new CorruptFileException(path, "its end", BYTES + " bytes", file.size() + " bytes");
      }
      file.read(bytes, 0);
    }
    if (bytes.getLong(0) != MAGIC) {
      throw new CorruptFileException(path, "byte 0, magic", "WEIRIDE", "other bytes");
    }
    int expected = bytes.getInt(CHECKSUM);
    int actual = Checksum.of(bytes, CHECKSUM);
    if (expected != actual) {
      throw new CorruptFileException(
          path, "byte 60, checksum", Checksum.text(expected), Checksum.text(actual));
    }
    if (bytes.getShort(8) != MAJOR || bytes.getInt(12) != 0) {
      throw new IncompatibleFormatException(
          path,
          "format version "
              + bytes.getShort(8)
              + ", feature bits 0x"
              + Integer.toHexString(bytes.getInt(12)));
    }
    return new StoreIdentity(
        new UUID(bytes.getLong(16), bytes.getLong(24)),
        new KeyHash(bytes.getLong(32), bytes.getLong(40)));
  }
}
