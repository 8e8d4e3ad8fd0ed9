package io.weir.storage.check;

import io.weir.storage.io.StorageFiles;
import io.weir.storage.testing.MemoryFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** The files of a stopped store, to be damaged: with checksums that fit, or without. */
final class StoreImage {
  private final Map<Path, byte[]> files = new TreeMap<>();

  /** Takes a copy of a data folder. */
  StoreImage(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        files.put(path, Files.readAllBytes(path));
      }
    }
  }

  private StoreImage(Map<Path, byte[]> files) {
    files.forEach((path, bytes) -> this.files.put(path, bytes.clone()));
  }

  StoreImage copy() {
    return new StoreImage(files);
  }

  Map<Path, byte[]> files() {
    return files;
  }

  /** The file whose name ends so; of several, the last. */
  Path path(String end) {
    return files.keySet().stream()
        .filter(path -> path.toString().endsWith(end))
        .reduce((_, last) -> last)
        .orElseThrow();
  }

  Path manifest() {
    return files.keySet().stream()
        .filter(path -> nameOf(path).startsWith("manifest-"))
        .reduce((_, last) -> last)
        .orElseThrow();
  }

  static String nameOf(Path path) {
    return String.valueOf(path.getFileName());
  }

  byte[] get(Path path) {
    return Objects.requireNonNull(files.get(path));
  }

  ByteBuffer bytes(Path path) {
    return ByteBuffer.wrap(get(path)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Changes a file, and every checksum that covers it. */
  void forge(Path path, Consumer<ByteBuffer> change) {
    ByteBuffer bytes = bytes(path);
    change.accept(bytes);
    String name = nameOf(path);
    if (name.endsWith(".segment")) {
      patchManifest(3, numberOf(name), sealSegment(bytes));
    } else if (name.endsWith(".dead")) {
      patchManifest(4, numberOf(name), sealDead(bytes));
    } else {
      sealManifest(bytes);
    }
  }

  private static long numberOf(String name) {
    return Long.parseLong(name, 0, 8, 16);
  }

  /** Where a chunk begins in a segment file; the first is number 0. */
  static int chunk(ByteBuffer segment, int number) {
    int position = 128;
    for (int i = 0; i < number; i++) {
      position += (int) segment.getLong(position + 32);
    }
    return position;
  }

  private static int sealSegment(ByteBuffer file) {
    file.putInt(124, crc(file, 0, 124));
    int previous = 0;
    for (int at = 128; at < file.limit(); ) {
      int bytes = (int) file.getLong(at + 32);
      int checks = (int) file.getLong(at + 120);
      file.putInt(at + 4, previous);
      file.putInt(at + 188, crc(file, at, 188));
      int pieces = 0;
      for (int piece = 0; piece < checks; piece += 256 << 10) {
        int length = Math.min(256 << 10, checks - piece);
        file.putInt(at + checks + 4 * pieces++, crc(file, at + piece, length));
      }
      int footer = at + bytes - 64;
      file.putInt(footer + 4, crc(file, at + checks, 4 * pieces));
      previous = crc(file, footer, 60);
      file.putInt(footer + 60, previous);
      at += bytes;
    }
    return previous;
  }

  private static int sealDead(ByteBuffer file) {
    int previous = 0;
    for (int at = 0; at < file.limit(); ) {
      int marks = file.getInt(at + 52);
      file.putInt(at + 48, previous);
      CRC32C crc = new CRC32C();
      crc.update(file.slice(at, 60));
      crc.update(file.slice(at + 64, 16 * marks));
      previous = (int) crc.getValue();
      file.putInt(at + 60, previous);
      at += 64 + 16 * marks;
    }
    return previous;
  }

  /** Where the contents of a section of a manifest begin. */
  static int section(ByteBuffer manifest, int type) {
    int at = 48;
    while (manifest.getShort(at) != type) {
      at += 8 + manifest.getInt(at + 4);
    }
    return at + 8;
  }

  private void patchManifest(int type, long number, int checksum) {
    ByteBuffer manifest = bytes(manifest());
    int at = section(manifest, type);
    int entry = type == 3 ? 28 : 24;
    int from = type == 3 ? at + 12 : at + 4;
    int count = manifest.getInt(from - 4);
    for (int i = 0; i < count; i++) {
      if (manifest.getLong(from + i * entry) == number) {
        manifest.putInt(from + i * entry + entry - 4, checksum);
      }
    }
    sealManifest(manifest);
  }

  private static void sealManifest(ByteBuffer manifest) {
    manifest.putInt(manifest.limit() - 4, crc(manifest, 0, manifest.limit() - 4));
  }

  private static int crc(ByteBuffer bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(from, length));
    return (int) crc.getValue();
  }

  /** The image as a file system. */
  StorageFiles mount() {
    MemoryFiles memory = new MemoryFiles();
    files.forEach((path, bytes) -> {
      memory.restore(path, bytes);
      for (Path parent = path.getParent(); parent != null; parent = parent.getParent()) {
        memory.restoreDirectory(parent);
      }
    });
    return memory;
  }

  VerifyReport verify(Path directory) throws IOException {
    return new StoreVerifier(mount(), directory, Depth.ROWS, ReadThrottle.UNLIMITED, Progress.NONE)
        .verify();
  }
}
