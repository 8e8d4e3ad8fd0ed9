package io.weir.deploy.produce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway") // what is missing fails the test, as it should
class RowFilesTest {

  private static final RowColumns PLAIN = columns(null, null);

  @TempDir Path folder;

  private static RowColumns columns(String key, String vector, String... payload) {
    return new RowColumns(
        Optional.ofNullable(key), false, Optional.ofNullable(vector), List.of(payload));
  }

  private static List<Row> all(Path file, RowColumns columns) throws IOException {
    try (RowFile opened = RowFiles.open(file, columns)) {
      return rest(opened);
    }
  }

  private static List<Row> rest(RowFile opened) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (Row row = opened.next(); row != null; row = opened.next()) {
      rows.add(row);
    }
    return rows;
  }

  private static String refusal(Path file, RowColumns columns) {
    String message = assertThrows(IOException.class, () -> all(file, columns)).getMessage();
    return String.valueOf(message);
  }

  private static String payload(Row row) {
    return new String(row.payload(), StandardCharsets.UTF_8);
  }

  /** Written by DuckDB 1.5: see resources/io/weir/deploy/produce. */
  private static Path resource(String name) throws Exception {
    URI found = RowFilesTest.class.getResource(name).toURI();
    return Path.of(found);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void npyOfEachVersionIsRead(int version) throws IOException {
    byte[] rows =
        VectorFiles.littleEndian(24)
            .putFloat(1)
            .putFloat(-0.0f)
            .putFloat(Float.MIN_VALUE)
            .putFloat(4)
            .putFloat(5)
            .putFloat(6)
            .array();
    Path file = VectorFiles.npy(folder.resolve("a.npy"), version, "<f4", false, "2, 3", rows);
    List<Row> read = all(file, PLAIN);
    assertEquals(2, read.size());
    assertArrayEquals(new float[] {1, -0.0f, Float.MIN_VALUE}, read.get(0).vector());
    assertArrayEquals(new float[] {4, 5, 6}, read.get(1).vector());
  }

  @Test
  void npyOfDoublesAndHalvesIsRounded() throws IOException {
    byte[] doubles = VectorFiles.littleEndian(16).putDouble(0.1).putDouble(1e-50).array();
    assertArrayEquals(
        new float[] {0.1f, 0},
        all(VectorFiles.npy(folder.resolve("d.npy"), 1, "<f8", false, "1, 2", doubles), PLAIN)
            .getFirst()
            .vector());
    byte[] halves =
        VectorFiles.littleEndian(4).putShort((short) 0x3c00).putShort((short) 0xc000).array();
    assertArrayEquals(
        new float[] {1, -2},
        all(VectorFiles.npy(folder.resolve("h.npy"), 1, "<f2", false, "1, 2", halves), PLAIN)
            .getFirst()
            .vector());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<f4|true|1, 2|Fortran order",
        ">f4|false|1, 2|the array's type is >f4",
        "<i8|false|1, 1|the array's type is <i8",
        "<f4|false|2,|a matrix is needed",
        "<f4|false|1, 1, 2|a matrix is needed",
        "<f4|false|100, 2|100 rows of 2 take 800 bytes, but there are 8",
      })
  void npyThatCannotBeReadSaysWhy(String descr, boolean fortran, String shape, String why)
      throws IOException {
    Path file = VectorFiles.npy(folder.resolve("a.npy"), 1, descr, fortran, shape, new byte[8]);
    assertTrue(refusal(file, PLAIN).contains(why), () -> refusal(file, PLAIN));
  }

  @Test
  void fileThatIsNoNpySaysSo() throws IOException {
    Path file = Files.writeString(folder.resolve("a.npy"), "id,vector\n1,2\n3,4,5\n");
    assertTrue(refusal(file, PLAIN).contains("does not begin with 0x93 NUMPY"));
  }

  @Test
  void fvecsAreReadThroughBuffersAndSkips() throws IOException {
    float[][] rows = VectorFiles.rows(0, 3_000, 128);
    Path file = VectorFiles.fvecs(folder.resolve("a.fvecs"), rows);
    try (RowFile opened = RowFiles.open(file, PLAIN)) {
      assertEquals(3_000, opened.rows());
      assertArrayEquals(rows[0], opened.next().vector());
      assertEquals(2_500, opened.skip(2_500));
      assertArrayEquals(rows[2_501], opened.next().vector());
      assertEquals(498, opened.skip(10_000));
      assertEquals(null, opened.next());
    }
  }

  @Test
  void fvecsThatAreCutOffOrMixedAreRefused() throws IOException {
    Path cut = folder.resolve("cut.fvecs");
    VectorFiles.fvecs(cut, VectorFiles.rows(0, 2, 3));
    Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), 30));
    assertTrue(refusal(cut, PLAIN).contains("cut off"));
    Path mixed =
        VectorFiles.fvecs(
            folder.resolve("mixed.fvecs"), new float[][] {{1, 2, 3, 4, 5}, {1, 2}, {1, 2}});
    assertTrue(refusal(mixed, PLAIN).contains("says that it has 2 components"));
  }

  @Test
  void bvecsAreUnsigned() throws IOException {
    Path file = folder.resolve("a.bvecs");
    Files.write(file, new byte[] {2, 0, 0, 0, (byte) 200, 1});
    assertArrayEquals(new float[] {200, 1}, all(file, PLAIN).getFirst().vector());
  }

  @Test
  void jsonLinesAreReadInBothShapes() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("a.jsonl"),
            """
            {"key": "a/1", "vector": [0.1, -0, 3e-4], "payload": { "b":1.50,"a":"ü"}}

            {"collection_name": "x", "id": 42, "vector": [1, 2, 3], "payload": null}\r
            {"vector": [16777217, 0.30000001192092896, 1], "id": "z"}\
            """);
    List<Row> rows = all(file, PLAIN);
    assertEquals(List.of("a/1", "42", "z"), rows.stream().map(Row::key).toList());
    assertArrayEquals(new float[] {0.1f, -0.0f, 3e-4f}, rows.get(0).vector());
    assertArrayEquals(new float[] {16777216, 0.3f, 1}, rows.get(2).vector());
    assertEquals("{ \"b\":1.50,\"a\":\"ü\"}", payload(rows.get(0)));
    assertEquals("", payload(rows.get(1)));
  }

  @Test
  void jsonFieldsCanBeNamed() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("a.jsonl"),
            "{\"isbn\":\"i\",\"emb\":[1],\"title\":\"a \\\"b\\\"\",\"n\":[1, 2],\"t\":true,\"y\":19}");
    Row row = all(file, columns("isbn", "emb", "title", "n", "t", "y")).getFirst();
    assertEquals("i", row.key());
    assertEquals("{\"title\":\"a \\\"b\\\"\",\"n\":[1, 2],\"t\":true,\"y\":19}", payload(row));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"vector\":[1,|this is not JSON",
        "[1,2]|no JSON object",
        "{\"id\":1}|no field vector",
        "{\"vector\":{\"a\":[1]}}|must be an array of numbers",
        "{\"vector\":[1,\"x\"]}|component 1 of the vector is no number",
        "{\"vector\":[1],\"text\":\"x\"}|--payload-columns text",
        "{\"vector\":[1],\"payload\":[1]}|must be an object or null",
        "{\"vector\":[1],\"vector\":[1]}|comes twice",
        "{\"vector\":[1]} {}|more behind the object",
        "{\"id\":1.5,\"vector\":[1]}|must be a string or an integer",
      })
  void jsonThatIsNoRowSaysLineAndReason(String line, String why) throws IOException {
    Path file = Files.writeString(folder.resolve("a.jsonl"), "{\"vector\":[1]}\n" + line + "\n");
    String refusal = refusal(file, PLAIN);
    assertTrue(refusal.startsWith("(line 2)") && refusal.contains(why), refusal);
  }

  @Test
  void parquetWithSnappyIsRead() throws Exception {
    List<Row> rows =
        all(resource("snappy.parquet"), columns(null, null, "title", "year", "rating", "seen"));
    assertEquals(5, rows.size());
    assertEquals("film/3", rows.get(3).key());
    assertArrayEquals(new float[] {3, 0.375f, -3, 0.1f}, rows.get(3).vector());
    assertEquals(
        "{\"title\":\"Title 3\",\"year\":1993,\"rating\":0.75,\"seen\":false}",
        payload(rows.get(3)));
  }

  @Test
  void parquetWithZstdAndRowGroupsIsReadAndSkipped() throws Exception {
    Path file = resource("zstd.parquet");
    try (RowFile opened = RowFiles.open(file, columns("number", "a"))) {
      assertEquals(3_000, opened.rows());
      assertEquals(2_990, opened.skip(2_990));
      List<Row> rows = rest(opened);
      assertEquals(10, rows.size());
      assertEquals("7000002990", rows.getFirst().key());
      assertArrayEquals(new float[] {2990.1f, -2990, 0.5f}, rows.getFirst().vector());
    }
    assertEquals(3_000, all(file, columns(null, "b")).size());
  }

  @Test
  void parquetThatDoesNotFitSaysWhy() throws Exception {
    assertTrue(refusal(resource("zstd.parquet"), PLAIN).contains("[a, b]; say which with"));
    assertTrue(refusal(resource("novector.parquet"), PLAIN).contains("[id, text]"));
    assertTrue(
        refusal(resource("snappy.parquet"), columns("isbn", null)).contains("no column isbn"));
    assertTrue(refusal(resource("nulls.parquet"), PLAIN).contains("the vector, is null"));
    Path broken = Files.write(folder.resolve("a.parquet"), new byte[100]);
    assertTrue(refusal(broken, PLAIN).contains("Parquet"), () -> refusal(broken, PLAIN));
  }

  @Test
  void parquetWithANullComponentIsRefused() throws Exception {
    try (RowFile opened = RowFiles.open(resource("nulls.parquet"), PLAIN)) {
      opened.skip(3);
      String message = assertThrows(ProduceException.class, opened::next).getMessage();
      assertEquals("component 1 of the vector is null", message);
    }
  }
}
