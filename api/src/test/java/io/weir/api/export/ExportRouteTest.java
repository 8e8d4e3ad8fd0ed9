package io.weir.api.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.FeedStatus;
import io.weir.api.ViewSettings;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.ChunkedReader;
import io.weir.api.testing.Eventually;
import io.weir.api.testing.NoLeaks;
import io.weir.storage.Shard;
import io.weir.storage.field.DeclaredFields;
import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.io.CorruptFileException;
import io.weir.storage.record.Metric;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.record.VectorSchema;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

@ExtendWith(NoLeaks.class)
class ExportRouteTest {

  private static final String EXPORT = "/v1/collections/docs/export";
  private static final String NDJSON = "application/x-ndjson";
  private static final String FLOAT32 = "application/octet-stream";
  private static final int FLOW_DIMENSION = 16;

  /** What the sockets of both sides hold, of 200 blocks and more. */
  private static final int MOST_UNREAD_BLOCKS = 80;

  /** What sockets, blocks in the making and the garbage of a test may come to. */
  private static final long MOST_GROWTH_BYTES = 48L << 20;

  @TempDir private Path directory;

  @SuppressWarnings("NullAway.Init") // each test starts it, with settings of its own
  private ApiFixture api;

  private void start(ViewSettings views) throws IOException {
    api = ApiFixture.start(directory, settings -> settings.withViews(views), FeedStatus.none());
  }

  private static ViewSettings views(int exports, Duration maxAge) {
    return new ViewSettings(4, Duration.ofMinutes(1), Duration.ofMinutes(1), exports, maxAge);
  }

  @AfterEach
  void stop() throws IOException {
    api.close();
  }

  @Test
  void rowsAreLinesInTheOrderOfPartitionAndOffset() throws Exception {
    start(ViewSettings.defaults());
    api.put("docs", 1, "later", "", 0, 0, 1);
    api.put("a", "{\"n\":\n1,\r\n\"s\":\"\\n\"}", 1, 0, 0);
    api.put("b", "", 0, 1, 0);
    api.put("a", "{}", 0.5f, 0, 0);
    HttpResponse<String> response = api.get(EXPORT + "?asOf=0:2");
    assertEquals(NDJSON, response.headers().firstValue("Content-Type").orElse(""));
    assertEquals("0:2,1:1", response.headers().firstValue("Weir-Position").orElse(""));
    assertEquals(
        List.of(
            "{\"key\":\"a\",\"partition\":0,\"offset\":0,\"timestamp\":1000,"
                + "\"vector\":[1.0,0.0,0.0],\"payload\":{\"n\": 1,  \"s\":\"\\n\"}}",
            "{\"key\":\"b\",\"partition\":0,\"offset\":1,\"timestamp\":1001,"
                + "\"vector\":[0.0,1.0,0.0],\"payload\":null}",
            "{\"key\":\"later\",\"partition\":1,\"offset\":0,\"timestamp\":1000,"
                + "\"vector\":[0.0,0.0,1.0],\"payload\":null}"),
        response.body().lines().toList());
    assertEquals(
        "{\"key\":\"b\",\"partition\":0,\"offset\":1,\"timestamp\":1001}",
        api.get(EXPORT + "?withVector=false&withPayload=false").body().lines().findFirst().get());
    Eventually.holds("the views are released", () -> api.store.openViews() == 0);
  }

  @Test
  void anEmptyCollectionIsAnEmptyExport() throws Exception {
    start(ViewSettings.defaults());
    HttpResponse<String> response = api.get(EXPORT);
    assertEquals(200, response.statusCode());
    assertEquals("", response.body());
  }

  @Test
  void framesHaveKeysAndVectorsBitForBit() throws Exception {
    start(ViewSettings.defaults());
    api.put("ключ", "{}", 0.1f, -0.0f, Float.MIN_VALUE);
    api.put("docs", 3, "b", "", 4, 5, 6);
    HttpResponse<byte[]> response =
        api.client()
            .send(
                HttpRequest.newBuilder(api.uri(EXPORT)).header("Accept", FLOAT32).build(),
                BodyHandlers.ofByteArray());
    ByteBuffer bytes = ByteBuffer.wrap(response.body()).order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[8];
    bytes.get(magic);
    assertEquals("WEIRVEC1", new String(magic, StandardCharsets.US_ASCII));
    assertEquals(List.of(3, 2), List.of(bytes.getInt(), bytes.getInt()));
    assertEquals(List.of(0, 1L), List.of(bytes.getInt(), bytes.getLong()));
    assertEquals(List.of(3, 1L), List.of(bytes.getInt(), bytes.getLong()));
    assertRow(bytes, 0, 0, "ключ", 0.1f, -0.0f, Float.MIN_VALUE);
    assertRow(bytes, 3, 0, "b", 4, 5, 6);
    assertEquals(List.of(-1, 2L), List.of(bytes.getInt(), bytes.getLong()));
    assertEquals(0, bytes.remaining());
  }

  private static void assertRow(
      ByteBuffer bytes, int partition, long offset, String key, float... vector) {
    byte[] keyBytes = new byte[bytes.getInt()];
    assertEquals(partition, bytes.getInt());
    assertEquals(offset, bytes.getLong());
    bytes.get(keyBytes);
    assertEquals(key, new String(keyBytes, StandardCharsets.UTF_8));
    byte[] components = new byte[vector.length * Float.BYTES];
    bytes.get(components);
    assertArrayEquals(ApiFixture.float32(vector), components);
  }

  @Test
  void linesAreCompressedWhereTheClientTakesThat() throws Exception {
    start(ViewSettings.defaults());
    fillFlow(5_000);
    String plain = api.get("/v1/collections/flow/export").body();
    HttpResponse<InputStream> response =
        api.client()
            .send(
                HttpRequest.newBuilder(api.uri("/v1/collections/flow/export"))
                    .header("Accept-Encoding", "br, gzip;q=0.5")
                    .build(),
                BodyHandlers.ofInputStream());
    assertEquals("gzip", response.headers().firstValue("Content-Encoding").orElse(""));
    try (GZIPInputStream lines = new GZIPInputStream(response.body())) {
      assertEquals(plain, new String(lines.readAllBytes(), StandardCharsets.UTF_8));
    }
    HttpResponse<byte[]> frames =
        api.client()
            .send(
                HttpRequest.newBuilder(api.uri("/v1/collections/flow/export"))
                    .header("Accept-Encoding", "gzip")
                    .header("Accept", FLOAT32)
                    .build(),
                BodyHandlers.ofByteArray());
    assertTrue(frames.headers().firstValue("Content-Encoding").isEmpty());
  }

  @Test
  void headHoldsNothing() throws Exception {
    start(views(1, Duration.ofMinutes(1)));
    for (int i = 0; i < 3; i++) {
      assertEquals(
          200,
          api.send(
                  HttpRequest.newBuilder(api.uri(EXPORT))
                      .method("HEAD", HttpRequest.BodyPublishers.noBody()))
              .statusCode());
      Eventually.holds("the view is released", () -> api.store.openViews() == 0);
    }
  }

  @Test
  void exportsBeyondTheLimitAreRefused() throws Exception {
    start(views(1, Duration.ofMinutes(1)));
    fillFlow(50_000);
    try (ChunkedReader first =
        new ChunkedReader(api.server.port(), "/v1/collections/flow/export", NDJSON)) {
      assertTrue(first.read() >= 0);
      ApiFixture.problem(api.get(EXPORT), 503, "overloaded");
    }
    Eventually.holds("the client's view is released", () -> api.store.openViews() == 0);
    assertEquals(200, api.get(EXPORT).statusCode());
  }

  @Test
  void anExportThatTakesTooLongIsCutAndItsViewReleased() throws Exception {
    start(views(1, Duration.ofMillis(500)));
    fillFlow(50_000);
    try (ChunkedReader export =
        new ChunkedReader(api.server.port(), "/v1/collections/flow/export", NDJSON)) {
      Eventually.holds("the view is released", () -> api.store.openViews() == 0);
      assertThrows(IOException.class, export::readAllBytes);
    }
  }

  @Test
  void damageInTheMiddleIsAnAnswerWithoutItsEnd() throws Exception {
    start(ViewSettings.defaults());
    fillFlow(20_000);
    AtomicLong blocks = new AtomicLong();
    api.store.beforeBlock =
        () -> {
          if (blocks.incrementAndGet() == 5) {
            throw new CorruptFileException("7.segment", "piece 3", "1a", "1b");
          }
        };
    try (ChunkedReader export =
        new ChunkedReader(api.server.port(), "/v1/collections/flow/export", NDJSON)) {
      assertTrue(export.head().startsWith("HTTP/1.1 200"), export::head);
      assertThrows(EOFException.class, export::readAllBytes);
    }
    Eventually.holds("the view is released", () -> api.store.openViews() == 0);
  }

  /** Its deadline is that of a block: no block looks at more rows than it can in that time. */
  @Test
  void aFilterThatFindsLittleGoesThroughAllRowsInManyBlocks() throws Exception {
    start(ViewSettings.defaults());
    fillFlow(100_000);
    Shard shard = api.store.collection("flow").orElseThrow().shard(0);
    MemorySegment payload = MemorySegment.ofArray("{}".getBytes(StandardCharsets.UTF_8));
    MemorySegment key = MemorySegment.ofArray("wanted".getBytes(StandardCharsets.UTF_8));
    MemorySegment vector = MemorySegment.ofArray(new float[FLOW_DIMENSION]);
    shard.append(
        new VectorRecord.Upsert(100_000, 1_000, key, vector, payload),
        SourcePosition.UNKNOWN_EPOCH);
    appendFlow(100_001, 20_000, 1);
    // Declared too late for columns: payloads are read.
    api.store.declare(
        "flow",
        new VectorSchema(FLOW_DIMENSION, Metric.DOT),
        new DeclaredFields(
            List.of(new Field("bytes", FieldType.LONG)),
            (bytes, values) -> values.whole(0, bytes.byteSize())));
    AtomicLong blocks = new AtomicLong();
    api.store.beforeBlock = blocks::incrementAndGet;
    String filter =
        URLEncoder.encode("{\"must\":[{\"field\":\"bytes\",\"match\":2}]}", StandardCharsets.UTF_8);
    HttpResponse<String> response =
        api.get("/v1/collections/flow/export?withVector=false&filter=" + filter);
    assertEquals(200, response.statusCode(), response::body);
    assertEquals(
        List.of(
            "{\"key\":\"wanted\",\"partition\":0,\"offset\":100000,\"timestamp\":1000,"
                + "\"payload\":{}}"),
        response.body().lines().toList());
    assertEquals(120_001 / 16_384 + 1, blocks.get());
    Eventually.holds("the view is released", () -> api.store.openViews() == 0);
  }

  @Test
  @Timeout(120)
  void aClientThatStopsReadingHoldsAFewBlocksAndThenGetsEachRowOnce() throws Exception {
    start(ViewSettings.defaults());
    pausedExport(200_000, Duration.ofSeconds(2));
  }

  @Test
  @Tag("heavy")
  @Timeout(600)
  void aMinuteWithoutReadingDoesNotGrowTheServer() throws Exception {
    start(ViewSettings.defaults());
    pausedExport(1_000_000, Duration.ofSeconds(65));
  }

  private void pausedExport(int rows, Duration pause) throws Exception {
    fillFlow(rows);
    assertTrue(api.store.checkpoint().get().succeeded());
    AtomicLong blocks = new AtomicLong();
    api.store.beforeBlock = blocks::incrementAndGet;
    long before = heapBytes();
    try (ChunkedReader export =
            new ChunkedReader(api.server.port(), "/v1/collections/flow/export", NDJSON);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(export, StandardCharsets.UTF_8), 8 << 10)) {
      BitSet seen = new BitSet(rows);
      see(Objects.requireNonNull(lines.readLine()), seen);
      replaceSome(rows);
      assertTrue(api.store.checkpoint().get().succeeded());
      assertEquals(0, api.store.stats().hotAllocatedBytes(), "the export keeps hot memory");
      long end = System.nanoTime() + pause.toNanos();
      while (System.nanoTime() < end) {
        LockSupport.parkNanos(end - System.nanoTime());
      }
      long made = blocks.get();
      assertTrue(made < MOST_UNREAD_BLOCKS, () -> made + " blocks are made that nobody reads");
      long growth = heapBytes() - before;
      assertTrue(growth < MOST_GROWTH_BYTES, () -> "the heap has grown by " + growth);
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        see(line, seen);
      }
      assertEquals(rows, seen.cardinality());
    }
    Eventually.holds("the view is released", () -> api.store.openViews() == 0);
  }

  /** Rows are those of the beginning, each once. */
  private static void see(String line, BitSet seen) {
    int number = Integer.parseInt(line.substring(line.indexOf("key-") + 4, line.indexOf("\",")));
    assertTrue(!seen.get(number), () -> "twice: " + line);
    seen.set(number);
    if (number % 1_000 == 0) {
      assertEquals(number, new JsonMapper().readTree(line).path("offset").asInt(), line);
    }
  }

  private static long heapBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private void fillFlow(int rows) throws IOException {
    api.store.declare("flow", new VectorSchema(FLOW_DIMENSION, Metric.DOT));
    appendFlow(0, rows, 1);
  }

  private void replaceSome(int rows) throws IOException {
    appendFlow(rows, 2_000, 17);
  }

  private void appendFlow(long offset, int count, int step) throws IOException {
    Shard shard = api.store.collection("flow").orElseThrow().shard(0);
    float[] vector = new float[FLOW_DIMENSION];
    for (int i = 0; i < count; i++) {
      vector[i % FLOW_DIMENSION] = i;
      AppendResult result =
          shard.append(
              new VectorRecord.Upsert(
                  offset + i,
                  1_000,
                  MemorySegment.ofArray(("key-" + i * step).getBytes(StandardCharsets.UTF_8)),
                  MemorySegment.ofArray(vector),
                  MemorySegment.NULL),
              SourcePosition.UNKNOWN_EPOCH);
      assertEquals(new AppendResult.Appended(), result);
    }
  }
}
