package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.testing.MemoryFiles;
import io.weir.storage.testing.TextFields;
import io.weir.storage.testing.Trials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every bit of a small store flipped, every file cut at every length, zeroed, removed, or replaced
 * by an older copy or by another file: opening or reading says what is wrong, or the answers are
 * right.
 */
@Timeout(900)
class DamageTest {
  private static final Path SHARD = SmallStore.ROOT.resolve("collections/docs/shards/0");

  private final SmallStore store;

  DamageTest() throws Exception {
    this.store = new SmallStore();
  }

  private boolean isNoticed(MemoryFiles damaged, String detail) throws IOException {
    return store.isNoticed(damaged, detail);
  }

  private boolean isNoticed(Path file, byte[] bytes, String detail) throws IOException {
    return isNoticed(store.files().with(file, bytes), file + ", " + detail);
  }

  @Test
  void thereIsSomethingOfEverything() throws Exception {
    assertFalse(isNoticed(store.files().copy(), "undamaged"));
    for (String end : List.of("IDENTITY", ".segment", ".dead", "manifest-0000000000000005")) {
      assertTrue(
          store.contents().keySet().stream().anyMatch(file -> file.toString().endsWith(end)),
          () -> end + " in " + store.contents().keySet());
    }
  }

  @Test
  void everyBitFlippedIsNoticedOrHarmless() throws Exception {
    for (Map.Entry<Path, byte[]> file : store.contents().entrySet()) {
      AtomicInteger noticed = new AtomicInteger();
      Trials.run(
          8 * file.getValue().length,
          (bit, _) -> {
            byte[] damaged = file.getValue().clone();
            damaged[bit / 8] ^= (byte) (1 << (bit % 8));
            if (isNoticed(file.getKey(), damaged, "bit " + bit)) {
              noticed.incrementAndGet();
            }
          });
      assertTrue(
          noticed.get() > 0 || !store.isRead(file.getKey()),
          () -> file.getKey() + " is named by the manifest but never read");
    }
  }

  /** What a filter reads is compared with its checksums, as all else is. */
  @Test
  void everyBitFlippedOfColumnsIsNoticedOrHarmless() throws Exception {
    SmallStore filtered = new SmallStore(TextFields.DECLARED);
    assertFalse(filtered.isNoticed(filtered.files().copy(), "undamaged"));
    for (Map.Entry<Path, byte[]> file : filtered.contents().entrySet()) {
      if (file.getKey().toString().endsWith(".segment")) {
        Trials.run(
            8 * file.getValue().length,
            (bit, _) -> {
              byte[] damaged = file.getValue().clone();
              damaged[bit / 8] ^= (byte) (1 << (bit % 8));
              MemoryFiles files = filtered.files().with(file.getKey(), damaged);
              filtered.isNoticed(files, file.getKey() + ", bit " + bit);
            });
      }
    }
  }

  @Test
  void everyTruncationIsNoticed() throws Exception {
    for (Map.Entry<Path, byte[]> file : store.contents().entrySet()) {
      Trials.run(
          file.getValue().length,
          (length, _) ->
              assertEquals(
                  store.isRead(file.getKey()),
                  isNoticed(
                      file.getKey(), Arrays.copyOf(file.getValue(), length), "cut to " + length)));
    }
  }

  @Test
  void zerosAndNoiseAreNoticed() throws Exception {
    Random random = Trials.random(0);
    for (Map.Entry<Path, byte[]> file : store.contents().entrySet()) {
      byte[] noise = new byte[file.getValue().length];
      assertEquals(store.isRead(file.getKey()), isNoticed(file.getKey(), noise, "zeroed"));
      random.nextBytes(noise);
      assertEquals(store.isRead(file.getKey()), isNoticed(file.getKey(), noise, "noise"));
    }
  }

  @Test
  void zeroedSectorsAreNoticedOrHarmless() throws Exception {
    for (Map.Entry<Path, byte[]> file : store.contents().entrySet()) {
      for (int from = 0; from < file.getValue().length; from += 512) {
        byte[] damaged = file.getValue().clone();
        Arrays.fill(damaged, from, Math.min(from + 512, damaged.length), (byte) 0);
        isNoticed(file.getKey(), damaged, "sector at " + from + " zeroed");
      }
    }
  }

  @Test
  void everyMissingFileIsNoticed() throws Exception {
    for (Path file : store.contents().keySet()) {
      if (store.isRead(file) && !file.toString().contains("manifest-")) {
        assertTrue(isNoticed(store.files().without(file), file + " removed"), file::toString);
      }
    }
  }

  @Test
  void allManifestsMissingIsNoticed() throws Exception {
    MemoryFiles left = store.files();
    for (Path file : store.contents().keySet()) {
      if (file.toString().contains("manifest-")) {
        left = left.without(file);
      }
    }
    assertTrue(isNoticed(left, "no manifest"));
  }

  /** A restore gone wrong: one file is from an earlier backup. */
  @Test
  void everyOlderCopyIsNoticedOrTheSame() throws Exception {
    for (Map<Path, byte[]> older : store.commits()) {
      for (Map.Entry<Path, byte[]> file : store.contents().entrySet()) {
        byte[] old = older.get(file.getKey());
        if (old != null) {
          boolean same = Arrays.equals(old, file.getValue());
          assertEquals(
              store.isRead(file.getKey()) && !same,
              isNoticed(file.getKey(), old, "from an older copy"));
        }
      }
    }
  }

  /** A write or a copy that went astray: one file lies under the name of another. */
  @Test
  void everyFileInThePlaceOfAnotherIsNoticed() throws Exception {
    for (Path file : store.contents().keySet()) {
      for (Map<Path, byte[]> commit : store.commits()) {
        for (Map.Entry<Path, byte[]> other : commit.entrySet()) {
          if (store.isRead(file) && !other.getKey().equals(file)) {
            assertTrue(
                isNoticed(file, other.getValue(), "is " + other.getKey()),
                () -> other.getKey() + " as " + file);
          }
        }
      }
    }
  }

  /** Files of another store, which has the same names, keys and rows. */
  @Test
  void everyFileOfAnotherStoreIsNoticed() throws Exception {
    SmallStore other = new SmallStore();
    assertEquals(store.contents().keySet(), other.contents().keySet());
    for (Map.Entry<Path, byte[]> file : other.contents().entrySet()) {
      assertEquals(
          store.isRead(file.getKey()),
          isNoticed(file.getKey(), file.getValue(), "of another store"),
          () -> file.getKey().toString());
    }
  }

  @Test
  void junkBesideTheFilesIsIgnored() throws Exception {
    byte[] junk = "junk".getBytes(StandardCharsets.UTF_8);
    MemoryFiles files = store.files();
    for (String name : List.of("manifest-xyz", "manifest.tmp", "x.segment", "README", ".hidden")) {
      files = files.with(SHARD.resolve(name), junk);
    }
    files = files.with(SmallStore.ROOT.resolve("collections/file"), junk);
    files.restoreDirectory(SmallStore.ROOT.resolve("collections/.git"));
    files.restoreDirectory(SmallStore.ROOT.resolve("collections/.git/shards"));
    files.restoreDirectory(SmallStore.ROOT.resolve("collections/docs/shards/one"));
    assertFalse(isNoticed(files, "junk"));
  }

  @Test
  void bytesBehindTheCommittedLengthAreCut() throws Exception {
    for (Map.Entry<Path, byte[]> file : store.contents().entrySet()) {
      if (file.getKey().toString().endsWith(".segment")) {
        byte[] longer = Arrays.copyOf(file.getValue(), file.getValue().length + 10_000);
        MemoryFiles files = store.files().with(file.getKey(), longer);
        assertFalse(isNoticed(files, file.getKey() + " longer"));
        assertArrayEquals(file.getValue(), files.contents().get(file.getKey()));
      }
    }
  }
}
