package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.io.CorruptFileException;
import io.weir.storage.io.IncompatibleFormatException;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.ModelStore;
import io.weir.storage.testing.Records;
import io.weir.storage.testing.StoreAssertions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every bit of a small store flipped, every file cut at every length, zeroed, removed: opening or
 * reading says what is wrong, or the answers are right.
 */
@Timeout(900)
class DamageTest {
  private static final VectorSchema SCHEMA = new VectorSchema(3, Metric.COSINE);
  private static final List<String> KEYS = List.of("a", "b", "c", "d", "e");

  @TempDir Path directory;

  private final ModelStore model = new ModelStore();

  @BeforeEach
  void makeAStoreOfThreeChunksAndSomeDeadMarks() throws Exception {
    Random random = new Random(4);
    long offset = 0;
    try (VectorStore store = VectorStore.open(directory, StoreOptions.defaults())) {
      Shard shard = store.declare("docs", SCHEMA).shard(0);
      for (List<String> keys :
          List.of(List.of("a", "b", "c"), List.of("b", "d"), List.of("a", "e", "c"))) {
        for (String key : keys) {
          float[] vector = Records.vector(random, 3);
          shard.append(Records.upsert(offset, key, vector, "payload " + key), 0);
          model.put(key, offset++, vector, "payload " + key);
        }
        store.checkpoint().get(60, TimeUnit.SECONDS);
      }
      shard.append(Records.delete(offset, "d"), 0);
      model.remove("d");
      store.checkpoint().get(60, TimeUnit.SECONDS);
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths
          .filter(Files::isRegularFile)
          .filter(path -> !path.endsWith("LOCK"))
          .sorted()
          .toList();
    }
  }

  /** Returns whether it was noticed; if not, all answers were right. */
  private boolean isNoticed(String detail) throws IOException {
    try (VectorStore store = VectorStore.open(directory, StoreOptions.defaults())) {
      VectorCollection docs = store.declare("docs", SCHEMA);
      StoreAssertions.assertRows(model, docs, KEYS, () -> detail);
      StoreAssertions.assertSearch(model, docs, new float[] {1, 1, 1}, 10, () -> detail);
      return false;
    } catch (CorruptFileException | IncompatibleFormatException noticed) {
      assertTrue(noticed.toString().contains(directory.toString()), noticed::toString);
      return true;
    }
  }

  @Test
  void everyEleventhBitFlippedIsNoticedOrHarmless() throws Exception {
    flipBits(11);
  }

  @Test
  @Tag("heavy")
  void everyBitFlippedIsNoticedOrHarmless() throws Exception {
    flipBits(1);
  }

  private void flipBits(int step) throws Exception {
    for (Path file : files()) {
      byte[] whole = Files.readAllBytes(file);
      int noticed = 0;
      for (int bit = 0; bit < 8 * whole.length; bit += step) {
        byte[] damaged = whole.clone();
        damaged[bit / 8] ^= (byte) (1 << (bit % 8));
        Files.write(file, damaged);
        noticed += isNoticed(file + ", bit " + bit) ? 1 : 0;
      }
      Files.write(file, whole);
      assertTrue(
          noticed > 0 || !isNamed(file), () -> file + " is named by the manifest but never read");
    }
    assertEquals(false, isNoticed("undamaged again"));
  }

  /** The manifest before the newest is kept but not read. */
  private boolean isNamed(Path file) throws IOException {
    List<Path> manifests =
        files().stream().filter(path -> path.toString().contains("manifest-")).toList();
    return !manifests.contains(file) || manifests.getLast().equals(file);
  }

  @Test
  void everyThirdTruncationIsNoticedOrHarmless() throws Exception {
    for (Path file : files()) {
      byte[] whole = Files.readAllBytes(file);
      for (int length = 0; length < whole.length; length += 3) {
        Files.write(file, java.util.Arrays.copyOf(whole, length));
        boolean noticed = isNoticed(file + ", " + length + " bytes");
        int cut = length;
        assertEquals(isNamed(file), noticed, () -> file + " cut to " + cut);
      }
      Files.write(file, new byte[whole.length]);
      assertEquals(isNamed(file), isNoticed(file + " zeroed"), () -> file + " zeroed");
      Files.write(file, whole);
    }
  }

  @Test
  void everyMissingFileIsNoticedOrHarmless() throws Exception {
    for (Path file : files()) {
      byte[] whole = Files.readAllBytes(file);
      Files.delete(file);
      if (file.toString().contains("manifest-") && isNamed(file)) {
        // Going back to the manifest before is not decided here: rows of the last one would be
        // lost.
        Files.write(file, whole);
        continue;
      }
      assertEquals(isNamed(file), isNoticed(file + " removed"), file::toString);
      Files.write(file, whole);
    }
  }

  @Test
  void allManifestsMissingIsNoticed() throws Exception {
    for (Path file : files()) {
      if (file.toString().contains("manifest-")) {
        Files.delete(file);
      }
    }
    assertThrows(
        CorruptFileException.class,
        () -> VectorStore.open(directory, StoreOptions.defaults()).close());
  }

  @Test
  void junkBesideTheFilesIsIgnored() throws Exception {
    Path shard = directory.resolve("collections/docs/shards/0");
    for (String name : List.of("manifest-xyz", "manifest.tmp", "x.segment", "README", ".hidden")) {
      Files.writeString(shard.resolve(name), "junk");
    }
    Files.createDirectories(directory.resolve("collections/.git/shards/0"));
    Files.createDirectories(directory.resolve("collections/docs/shards/one"));
    Files.writeString(directory.resolve("collections/file"), "junk");
    assertEquals(false, isNoticed("junk"));
  }

  @Test
  void bytesBehindTheCommittedLengthAreCut() throws Exception {
    Path segment =
        files().stream().filter(path -> path.toString().endsWith(".segment")).findFirst().get();
    byte[] whole = Files.readAllBytes(segment);
    Files.write(segment, java.util.Arrays.copyOf(whole, whole.length + 10_000));
    assertEquals(false, isNoticed("longer"));
    assertEquals(whole.length, Files.size(segment));
  }
}
