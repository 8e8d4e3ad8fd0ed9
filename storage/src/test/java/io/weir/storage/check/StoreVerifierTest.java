package io.weir.storage.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.Shard;
import io.weir.storage.StoreOptions;
import io.weir.storage.VectorStore;
import io.weir.storage.io.StorageFiles;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.Records;
import io.weir.storage.testing.TextFields;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Damage is found and named, whether checksums tell of it or not; a whole store is whole. */
@Timeout(900)
class StoreVerifierTest {
  private static final VectorSchema SCHEMA = new VectorSchema(3, Metric.COSINE);

  @TempDir Path directory;

  private StoreImage image;

  /** Chunk 1: a, b, c. Chunk 2: b, d. Chunk 3: a, e, c. Then d was deleted at offset 8. */
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
          shard.append(Records.upsert(offset++, key, vector, "payload " + key), 0);
        }
        store.checkpoint().get(60, TimeUnit.SECONDS);
      }
      shard.append(Records.delete(offset, "d"), 0);
      store.checkpoint().get(60, TimeUnit.SECONDS);
    }
    image = new StoreImage(directory);
  }

  private static void assertWhole(VerifyReport report) {
    assertTrue(report.whole(), () -> report.findings().toString());
    assertEquals(List.of(), report.notes());
  }

  /** Forges a file and returns the text of the only finding. */
  private String forged(Path path, Consumer<ByteBuffer> change) throws IOException {
    image.forge(path, change);
    VerifyReport report = image.verify(directory);
    assertEquals(1, report.findingCount(), () -> report.findings().toString());
    return report.findings().getFirst().text();
  }

  private static void assertText(String text, Object... parts) {
    for (Object part : parts) {
      assertTrue(text.contains(part.toString()), () -> part + " is not in: " + text);
    }
  }

  @Test
  void aWholeStoreIsWhole() throws Exception {
    VerifyReport report = image.verify(directory);

    assertWhole(report);
    assertEquals(1, report.collections());
    assertEquals(1, report.shards());
    assertEquals(1, report.segments());
    assertEquals(3, report.chunks());
    assertEquals(8, report.rows());
    assertEquals(OptionalLong.of(4), report.liveRows());
    for (Depth depth : Depth.values()) {
      assertWhole(
          new StoreVerifier(
                  StorageFiles.real(), directory, depth, ReadThrottle.UNLIMITED, Progress.NONE)
              .verify());
    }
  }

  @Test
  void progressEndsWithAllBytesRead() throws Exception {
    List<Long> done = new ArrayList<>();
    List<Long> total = new ArrayList<>();
    VerifyReport report =
        new StoreVerifier(
                image.mount(),
                directory,
                Depth.ROWS,
                ReadThrottle.UNLIMITED,
                (now, all) -> {
                  done.add(now);
                  total.add(all);
                })
            .verify();

    assertEquals(report.bytesRead(), done.getLast());
    assertEquals(report.bytesRead(), total.getLast());
    assertEquals(done.stream().sorted().toList(), done);
  }

  @Test
  void noStoreIsNoDamage(@TempDir Path empty) {
    for (Path path : List.of(empty, empty.resolve("missing"))) {
      StoreVerifier verifier =
          new StoreVerifier(
              StorageFiles.real(), path, Depth.ROWS, ReadThrottle.UNLIMITED, Progress.NONE);
      assertThrows(NoStoreException.class, verifier::verify);
    }
  }

  @Test
  void everyEleventhBitFlippedIsFoundAndPlaced() throws Exception {
    flipBits(11);
  }

  @Test
  @Tag("heavy")
  void everyBitFlippedIsFoundAndPlaced() throws Exception {
    flipBits(1);
  }

  /** Payloads of chunk 1: a, b, c; of chunk 2: none, and "bb". */
  private StoreImage withFields() throws Exception {
    Path fields = directory.resolve("fields");
    Random random = new Random(4);
    long offset = 0;
    try (VectorStore store = VectorStore.open(fields, StoreOptions.defaults())) {
      Shard shard = store.declare("docs", SCHEMA, TextFields.DECLARED).shard(0);
      for (List<String> payloads : List.of(List.of("a", "b", "c"), List.of("", "bb"))) {
        for (String payload : payloads) {
          float[] vector = Records.vector(random, 3);
          shard.append(Records.upsert(offset, "key-" + offset++, vector, payload), 0);
        }
        store.checkpoint().get(60, TimeUnit.SECONDS);
      }
    }
    return new StoreImage(fields);
  }

  @Test
  void everyThirdBitFlippedOfColumnsIsFoundAndPlaced() throws Exception {
    image = withFields();
    directory = directory.resolve("fields");
    assertWhole(image.verify(directory));
    flipBits(3);
  }

  @Test
  void columnsThatCannotBeAreNamed() throws Exception {
    StoreImage whole = withFields();
    directory = directory.resolve("fields");
    Path segment = whole.path(".segment");
    ByteBuffer bytes = whole.bytes(segment);
    int first = StoreImage.chunk(bytes, 0);
    int second = StoreImage.chunk(bytes, 1);
    // Entries of "text", "length", "bytes".
    int text = first + (int) bytes.getLong(first + 136);
    int length = text + 56;
    int lastOfFirst = second - 64 - 4;
    int words = first + (int) bytes.getLong(text + 48);
    assertEquals(3, bytes.getInt(first + 132));
    assertEquals(3, bytes.getInt(text + 32));

    assertFinding(
        forge(whole, segment, file -> file.put(words + 3 + 3, (byte) 'b')),
        "column text, keyword 1: expected one above the keyword before");
    assertFinding(
        forge(whole, segment, file -> file.put(words, (byte) 7)),
        "column text, code of value 0: expected at most 2, found 7");
    assertFinding(
        forge(whole, segment, file -> file.put(words, (byte) 1)),
        "column text, lowest value: expected the value of a row, found 0");
    assertFinding(
        forge(whole, segment, file -> file.put(words + 3, (byte) 9)),
        "column text, end of keyword 0: expected 0 to 1024 more than 0, found 9");
    assertFinding(
        forge(whole, segment, file -> file.put(text + 2, (byte) 9)),
        "column text, type: expected 0 to 4, found 9");
    assertFinding(
        forge(whole, segment, file -> file.putLong(length + 8, 2)),
        "column length, values: expected 0 or 3, for rows have no ends, found 2");
    assertFinding(
        forge(whole, segment, file -> file.putLong(length + 48, 1)),
        "column length, start: expected ",
        "found 1");
    assertFinding(
        forge(whole, segment, file -> file.putShort(text, (short) 0)),
        "column 0, length of the name: expected 1 to 128, found 0");
    assertFinding(forge(whole, segment, file -> file.put(text + 6, (byte) 1)), "reserved bytes");
    assertFinding(
        forge(whole, segment, file -> file.putInt(first + 132, 65)),
        "columns of fields: expected 0 to 64, found 65");
    assertFinding(
        forge(whole, segment, file -> file.putInt(16, 0)),
        "columns of fields: expected 0, for the file has no columns of fields, found 3");
    assertTrue(lastOfFirst > words);

    // The row without a byte, and the one with two.
    int entry = second + (int) bytes.getLong(second + 136) + 2 * 56;
    int ends = second + (int) bytes.getLong(entry + 48);
    assertEquals(0, bytes.get(ends));
    assertEquals(2, bytes.get(ends + 1));
    assertFinding(
        forge(whole, segment, file -> file.put(ends, (byte) 3)),
        "column bytes, end of row 0: expected 0 to 2, found 3");
    assertFinding(
        forge(whole, segment, file -> file.put(ends + 1, (byte) 1)),
        "column bytes, values: expected 1, found 2");
  }

  private static StoreImage forge(StoreImage whole, Path path, Consumer<ByteBuffer> change) {
    StoreImage forged = whole.copy();
    forged.forge(path, change);
    return forged;
  }

  @Test
  void inspectSaysWhatColumnsTake() throws Exception {
    StoreImage whole = withFields();
    directory = directory.resolve("fields");
    StoreReport report = new StoreInspector(whole.mount(), directory).inspect();
    StoreReport.ChunkReport chunk =
        report
            .collections()
            .getFirst()
            .shards()
            .getFirst()
            .segments()
            .getFirst()
            .chunks()
            .getFirst();
    ByteBuffer bytes = whole.bytes(whole.path(".segment"));
    int first = StoreImage.chunk(bytes, 0);
    assertEquals(bytes.getLong(first + 120) - bytes.getLong(first + 136), chunk.parts().fields());
    StoreReport.Parts parts = chunk.parts();
    assertEquals(
        chunk.bytes(),
        parts.user()
            + parts.table()
            + parts.index()
            + parts.fields()
            + parts.checks()
            + parts.padding());
  }

  /** All bytes of all files that count are covered: there are no harmless flips in them. */
  private void flipBits(int step) throws IOException {
    Path manifest = image.manifest();
    for (Path file : image.files().keySet()) {
      boolean old = StoreImage.nameOf(file).startsWith("manifest-") && !file.equals(manifest);
      byte[] bytes = image.get(file);
      for (int bit = 0; bit < 8 * bytes.length; bit += step) {
        bytes[bit / 8] ^= (byte) (1 << (bit % 8));
        VerifyReport report = image.verify(directory);
        String detail = file + ", bit " + bit + ": " + report.findings() + report.notes();
        assertEquals(old, report.whole(), detail);
        assertEquals(old, report.notes().size() == 1 && report.whole(), detail);
        if (!old) {
          Finding first = report.findings().getFirst();
          assertEquals(file, first.file(), detail);
        }
        bytes[bit / 8] ^= (byte) (1 << (bit % 8));
      }
    }
    assertWhole(image.verify(directory));
  }

  @Test
  void everySeventhTruncationIsFound() throws Exception {
    for (Path file : List.of(image.path(".segment"), image.path(".dead"), image.manifest())) {
      byte[] whole = image.get(file);
      for (int length = 0; length < whole.length; length += 7) {
        image.files().put(file, java.util.Arrays.copyOf(whole, length));
        VerifyReport report = image.verify(directory);
        assertFalse(report.whole(), file + " cut to " + length);
        assertEquals(file, report.findings().getFirst().file());
      }
      image.files().put(file, whole);
    }
  }

  @Test
  void aMissingFileIsNamed() throws Exception {
    for (String end : List.of(".segment", ".dead", "IDENTITY")) {
      StoreImage less = image.copy();
      Path file = less.path(end);
      less.files().remove(file);
      VerifyReport report = less.verify(directory);

      assertEquals(file, report.findings().getFirst().file());
      assertText(report.findings().getFirst().text(), "found none");
    }
    image.files().keySet().removeIf(path -> path.toString().contains("manifest-"));
    VerifyReport report = image.verify(directory);
    assertText(report.findings().getFirst().text(), "expected a file manifest-<generation>");
  }

  @Test
  void leftOversOfAStoppedStoreAreNotedButNoDamage() throws Exception {
    Path segment = image.path(".segment");
    byte[] bytes = image.get(segment);
    image.files().put(segment, java.util.Arrays.copyOf(bytes, bytes.length + 100));
    image.files().put(segment.resolveSibling("000000ff.segment"), new byte[10]);
    image.files().put(segment.resolveSibling("manifest-00000000000000ff.tmp"), new byte[10]);
    image.files().put(segment.resolveSibling("junk"), new byte[10]);
    VerifyReport report = image.verify(directory);

    assertTrue(report.whole(), () -> report.findings().toString());
    assertEquals(3, report.notes().size(), () -> report.notes().toString());
    assertText(report.notes().getFirst().text(), "100 bytes from byte " + bytes.length);

    StorageFiles running = image.mount();
    assertTrue(running.lock(directory.resolve("LOCK")).isPresent());
    VerifyReport inUse =
        new StoreVerifier(running, directory, Depth.ROWS, ReadThrottle.UNLIMITED, Progress.NONE)
            .verify();
    assertEquals(List.of(), inUse.notes());
  }

  @Test
  void twoLiveRowsOfAKeyAreNamed() throws Exception {
    // The mark of row 0, the "a" of chunk 1, now names row 5, the "a" of chunk 3.
    Path dead = image.path(".dead");
    int mark = 64 + 16 + 64;
    assertEquals(0, image.bytes(dead).getInt(mark + 4));
    assertEquals(5, image.bytes(dead).getLong(mark + 8));
    image.forge(dead, bytes -> bytes.putInt(mark + 4, 5).putLong(mark + 8, 8));
    VerifyReport report = image.verify(directory);

    assertEquals(1, report.findingCount(), () -> report.findings().toString());
    assertText(
        report.findings().getFirst().text(),
        "chunk 1, row 0: expected dead from offset 5 on, that of row 0 with the same key in chunk"
            + " 3 of 00000001.segment, found alive");
  }

  @Test
  void aRowThatDiedTooLateIsNamed() throws Exception {
    Path dead = image.path(".dead");
    ByteBuffer marks = image.bytes(dead);
    assertEquals(1, marks.getInt(64 + 4));
    assertEquals(3, marks.getLong(64 + 8));

    assertText(
        forged(dead, bytes -> bytes.putLong(64 + 8, 4)),
        "chunk 1, row 1: expected dead from offset 3 on",
        "found killed by offset 4");
  }

  @Test
  void aKillBeforeTheRowAndOneBehindThePositionAreNamed() throws Exception {
    StoreImage other = image.copy();
    assertText(
        forged(image.path(".dead"), bytes -> bytes.putLong(64 + 8, 1)),
        "mark of row 1 of segment 1, killing offset: expected above the row's offset, 1, found 1");
    image = other;
    image.forge(image.path(".dead"), bytes -> bytes.putLong(64 + 8, 9));
    VerifyReport report = image.verify(directory);
    assertText(
        report.findings().getFirst().text(),
        "bytes 72 to 79",
        "expected below the next offset, 9, found 9");
  }

  @Test
  void aMarkOfAMissingRowAndOfAMissingSegmentAreNamed() throws Exception {
    StoreImage other = image.copy();
    image.forge(image.path(".dead"), bytes -> bytes.putInt(64 + 4, 77));
    assertText(
        image.verify(directory).findings().getFirst().text(),
        "00000002.dead, bytes 68 to 71",
        "expected 0 to 7, found 77");
    other.forge(other.path(".dead"), bytes -> bytes.putInt(64, 99));
    assertText(
        other.verify(directory).findings().getFirst().text(),
        "bytes 64 to 67",
        "expected a number below 3, found 99");
  }

  @Test
  void aMarkOfAMergedSegmentIsObsolete() throws Exception {
    ByteBuffer manifest = image.bytes(image.manifest());
    int next = StoreImage.section(manifest, 3);
    image.forge(image.manifest(), bytes -> bytes.putLong(next, 100));
    image.forge(image.path(".dead"), bytes -> bytes.putInt(64, 99));
    VerifyReport report = image.verify(directory);

    assertEquals(1, report.obsoleteMarks());
    assertEquals(1, report.findingCount(), "b is alive twice without that mark");
  }

  @Test
  void aWrongSlotIsNamed() throws Exception {
    Path segment = image.path(".segment");
    ByteBuffer bytes = image.bytes(segment);
    int chunk = StoreImage.chunk(bytes, 0);
    int index = chunk + (int) bytes.getLong(chunk + 112);
    int slots = bytes.getInt(chunk + 72);
    assertEquals(5, slots);
    List<Integer> used = new ArrayList<>();
    List<Integer> free = new ArrayList<>();
    for (int slot = 0; slot < slots; slot++) {
      (bytes.getInt(index + 4 * slot) == 0 ? free : used).add(index + 4 * slot);
    }
    StoreImage tag = image.copy();
    StoreImage lost = image.copy();
    StoreImage twice = image.copy();

    tag.forge(
        segment, file -> file.put(used.getFirst() + 3, (byte) ~file.get(used.getFirst() + 3)));
    assertFinding(tag, "chunk 1, key index, slot", "bytes " + used.getFirst() + " to ");

    lost.forge(segment, file -> file.putInt(used.getLast(), 0));
    assertFinding(lost, "chunk 1, key index, slot", "found the run's end");
    assertFinding(lost, "slots in use: expected 3, found 2");

    twice.forge(segment, file -> file.putInt(free.getFirst(), file.getInt(used.getFirst())));
    assertFinding(twice, "bytes " + free.getFirst() + " to ", "expected 0, for row ");
    assertFinding(twice, "slots in use: expected 3, found 4");
  }

  private void assertFinding(StoreImage damaged, String... parts) throws IOException {
    VerifyReport report = damaged.verify(directory);
    assertTrue(
        report.findings().stream()
            .map(Finding::text)
            .anyMatch(text -> List.of(parts).stream().allMatch(text::contains)),
        () -> List.of(parts) + " is not in " + report.findings());
  }

  @Test
  void aBrokenChainIsNamed() throws Exception {
    Path segment = image.path(".segment");
    ByteBuffer bytes = image.bytes(segment);
    int second = StoreImage.chunk(bytes, 1);

    StoreImage overlapping = image.copy();
    overlapping.forge(segment, file -> file.putLong(second + 48, 2));
    assertFinding(
        overlapping,
        "chunk 2, first offset: expected more than that of the chunk before, which ends with 2",
        "found 2");

    StoreImage beyond = image.copy();
    ByteBuffer manifest = beyond.bytes(beyond.manifest());
    int source = StoreImage.section(manifest, 2);
    beyond.forge(beyond.manifest(), file -> file.putLong(source + 16, 7));
    assertFinding(
        beyond, "chunk 3, last offset: expected below the next offset of the manifest, 7");

    StoreImage chain = image.copy();
    ByteBuffer broken = chain.bytes(segment);
    broken.putInt(second + 4, 1);
    java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
    crc.update(broken.slice(second, 188));
    broken.putInt(second + 188, (int) crc.getValue());
    assertFinding(chain, "chunk 2, header, checksum of the footer before", "found 0x00000001");
  }

  @Test
  void rowsThatCannotBeAreNamed() throws Exception {
    Path segment = image.path(".segment");
    ByteBuffer bytes = image.bytes(segment);
    int chunk = StoreImage.chunk(bytes, 0);
    int table = chunk + (int) bytes.getLong(chunk + 88);
    int keys = chunk + (int) bytes.getLong(chunk + 96);
    StoreImage start = image.copy();
    assertText(
        forged(segment, file -> file.putFloat(chunk + 192 + 4, Float.NaN)),
        "component 1 of row 0: expected a finite number, found NaN");
    image = start.copy();
    assertText(
        forged(segment, file -> file.putFloat(chunk + 192, file.getFloat(chunk + 192) * 1.001f)),
        "norm of row 0: expected");
    image = start.copy();
    assertText(
        forged(segment, file -> file.put(table + 1, (byte) 0)),
        "offset of row 1: expected more than 0, found 0");
    image = start.copy();
    assertText(forged(segment, file -> file.put(keys - 1, (byte) 1)), "padding behind the table");
    image = start.copy();
    image.forge(segment, file -> file.put(keys, (byte) 0x80));
    assertFinding(image, "key of row 0: expected UTF-8");
    image = start.copy();
    image.forge(segment, file -> file.put(table + 6, (byte) 0));
    assertFinding(image, "end of the key of row 0: expected 1 to 1024 more than 0, found 0");
  }

  @Test
  void aSchemaThatDiffersFromOtherShardsIsNamed() throws Exception {
    for (Path path : List.copyOf(image.files().keySet())) {
      Path twin = Path.of(path.toString().replace("shards/0", "shards/1"));
      image.files().put(twin, image.get(path).clone());
    }
    VerifyReport report = image.verify(directory);
    assertText(report.findings().getFirst().text(), "partition: expected 1, found 0");
  }

  @Test
  void keysThatDoNotFitInOnePassAreCheckedInSeveral() throws Exception {
    Path big = directory.resolve("big");
    Random random = new Random(7);
    int live;
    try (VectorStore store = VectorStore.open(big, StoreOptions.defaults())) {
      Shard shard = store.declare("docs", new VectorSchema(1, Metric.DOT)).shard(0);
      for (int offset = 0; offset < 5_000; offset++) {
        shard.append(
            Records.upsert(offset, "key " + random.nextInt(3_000), new float[] {1}, ""), 0);
        if (offset % 500 == 499) {
          store.checkpoint().get(60, TimeUnit.SECONDS);
        }
      }
      live = (int) store.stats().collections().getFirst().liveRows();
    }
    StoreImage whole = new StoreImage(big);
    for (int limit : new int[] {64, 1_000, 10_000}) {
      VerifyReport report =
          new StoreVerifier(
                  whole.mount(), big, Depth.ROWS, ReadThrottle.UNLIMITED, Progress.NONE, limit)
              .verify();
      assertWhole(report);
      assertEquals(OptionalLong.of(live), report.liveRows());
    }
    assertEquals(8, OneRowAKey.passes(10_000_000, OneRowAKey.ROWS_A_PASS));
    Path dead = whole.path(".dead");
    whole.forge(dead, bytes -> bytes.putLong(64 + 8, 4_999));
    VerifyReport report =
        new StoreVerifier(whole.mount(), big, Depth.ROWS, ReadThrottle.UNLIMITED, Progress.NONE, 64)
            .verify();
    assertEquals(1, report.findingCount(), () -> report.findings().toString());
    assertText(report.findings().getFirst().text(), "found killed by offset 4999");
  }

  @Test
  void aReadOnlyFolderCanBeChecked() throws Exception {
    for (Path file : image.files().keySet()) {
      assertTrue(file.toFile().setReadOnly(), file::toString);
    }
    assertWhole(
        new StoreVerifier(
                StorageFiles.real(), directory, Depth.ROWS, ReadThrottle.UNLIMITED, Progress.NONE)
            .verify());
    assertEquals(Files.size(image.path(".segment")), image.bytes(image.path(".segment")).limit());
  }
}
