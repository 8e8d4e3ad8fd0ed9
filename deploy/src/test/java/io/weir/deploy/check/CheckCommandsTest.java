package io.weir.deploy.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.Shard;
import io.weir.storage.StoreOptions;
import io.weir.storage.VectorCollection;
import io.weir.storage.VectorStore;
import io.weir.storage.record.Gap;
import io.weir.storage.record.Metric;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.MemorySegment;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(120)
class CheckCommandsTest {

  private static final VectorSchema SCHEMA = new VectorSchema(128, Metric.DOT);

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void makeAStoreWithDeadRows() throws Exception {
    try (VectorStore store = VectorStore.open(folder, StoreOptions.defaults())) {
      Shard shard = store.declare("docs", SCHEMA).shard(3);
      for (int offset = 0; offset < 1_200; offset++) {
        shard.append(
            new VectorRecord.Upsert(
                offset,
                1_700_000_000_000L + offset,
                bytes("key-" + offset % 1_000),
                MemorySegment.ofArray(new float[128]),
                bytes("{\"n\":" + offset + "}")),
            0);
        if (offset == 999 || offset == 1_199) {
          store.checkpoint().get(60, TimeUnit.SECONDS);
        }
      }
      assertEquals(1_200L, shard.durablePosition().map(SourcePosition::nextOffset).orElseThrow());
    }
  }

  private static MemorySegment bytes(String text) {
    return MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8));
  }

  private int run(Callable<Integer> command, Object... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return new CommandLine(command)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(Stream.of(args).map(Object::toString).toArray(String[]::new));
  }

  private int inspect(Charset charset, Object... args) {
    return run(new InspectCommand(charset), args);
  }

  private int verify(Object... args) {
    return run(new VerifyCommand(() -> false), args);
  }

  private void assertOut(String... parts) {
    for (String part : parts) {
      assertTrue(out.toString().contains(part), () -> part + " is not in\n" + out);
    }
  }

  private Path segment() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(path -> path.toString().endsWith(".segment")).findFirst().orElseThrow();
    }
  }

  @Test
  void theFolderOfADemoHasTheStoreBelowIt() throws Exception {
    Path demo = Files.createDirectory(folder.resolve("demo"));
    try (VectorStore store = VectorStore.open(demo.resolve("weir"), StoreOptions.defaults())) {
      store.checkpoint().get(60, TimeUnit.SECONDS);
    }
    assertEquals(0, verify(demo), err::toString);
    assertEquals(2, verify(folder.resolve("collections")), out::toString);
  }

  @Test
  void theVerdictSaysHowFarItGoes() {
    assertEquals(0, verify(folder, "--depth", "headers"), err::toString);
    assertOut("whole, as far as headers say: 1 shard");
    assertEquals(0, verify(folder, "--depth", "checksums"), err::toString);
    assertOut("whole, every byte as it was written: 1 shard");
  }

  @Test
  void inspectShowsFilesAsBarsWithinATerminal() {
    assertEquals(0, inspect(StandardCharsets.UTF_8, folder, "--chunks"), err::toString);

    assertOut(
        "docs: dimension 128, dot; 1,200 rows, 16.7 % dead",
        "shard 3  next offset 1,200, generation 3, 2 chunks",
        "00000001.segment \u2588",
        "1,200 rows  16.7 % t",
        "00000002.dead",
        "200 marks",
        "0..999  2023-11-14 22:13",
        "\u2588 live  \u2592 dead  \u2591 overhead; the longest bar is ",
        "vectors");
    out.toString()
        .lines()
        .filter(line -> !line.startsWith("store "))
        .forEach(line -> assertTrue(line.length() <= 80, () -> line.length() + ": " + line));
  }

  @Test
  void aTerminalWithoutBlocksGetsPlainCharacters() {
    assertEquals(0, inspect(StandardCharsets.US_ASCII, folder));

    assertOut("00000001.segment #", "# live  x dead  . overhead");
    assertTrue(out.toString().chars().allMatch(c -> c < 128), out::toString);
  }

  @Test
  void inspectAsJsonAddsUp() {
    assertEquals(0, inspect(StandardCharsets.UTF_8, folder, "--json"));

    JsonNode json = JsonMapper.shared().readTree(out.toString());
    JsonNode shard = json.at("/collections/0/shards/0");
    JsonNode chunk = shard.at("/segments/0/chunks/0");
    assertEquals(1_200 * 128 * 4, parts(shard, "vectors"));
    assertEquals(200, shard.path("deadRows").asInt());
    assertEquals(1_000, chunk.path("rows").asInt());
    assertEquals(200, chunk.path("deadRows").asInt());
    assertEquals(0, chunk.path("firstOffset").asInt());
    assertEquals(999, chunk.path("lastOffset").asInt());
    assertEquals(
        chunk.path("bytes").asLong(),
        chunk.path("parts").valueStream().mapToLong(JsonNode::asLong).sum());
    assertEquals(
        json.path("userBytes").asLong(),
        parts(shard, "vectors") + parts(shard, "keys") + parts(shard, "payloads"));
    assertEquals(0, json.path("damage").size());
  }

  @Test
  void inspectShowsWhatTheFeederHasNoted() throws Exception {
    Instant at = Instant.parse("2026-11-25T14:00:00.123Z");
    try (VectorStore store = VectorStore.open(folder, StoreOptions.defaults())) {
      VectorCollection docs = store.declare("docs", SCHEMA);
      docs.shard(3).topicPartitions(8);
      docs.shard(3).caughtUp(at);
      docs.shard(3).acceptGap(new Gap(1_200, 3_000, at, "retention"));
      docs.successor(3).advance(new SourcePosition(5, 0));
      store.checkpoint().get(60, TimeUnit.SECONDS);
    }
    assertEquals(0, inspect(StandardCharsets.UTF_8, folder), err::toString);
    assertOut(
        "caught up with its topic at 2026-11-25T14:00:00.123Z",
        "1,800 offsets accepted as missing, in 1 gap:",
        "from 1,200 to before 3,000, at 2026-11-25T14:00:00.123Z",
        "3.1              not named by the newest manifest");
    assertEquals(0, inspect(StandardCharsets.UTF_8, folder, "--json"));
    JsonNode shard = JsonMapper.shared().readTree(out.toString()).at("/collections/0/shards/0");
    assertEquals(at.toEpochMilli(), shard.path("caughtUpAt").asLong());
    assertEquals(8, shard.path("topicPartitions").asInt());
    assertEquals(3_000, shard.at("/gaps/0/nextOffset").asInt());
    assertEquals("retention", shard.at("/gaps/0/reason").asString());

    assertEquals(0, verify(folder), out::toString);
    assertOut("3.1: a shard that was to take another's place and is not finished");
  }

  private static long parts(JsonNode shard, String name) {
    return shard
        .at("/segments/0/chunks")
        .valueStream()
        .mapToLong(chunk -> chunk.path("parts").path(name).asLong())
        .sum();
  }

  @Test
  void aWholeStoreIsOneLineAndZero() {
    assertEquals(0, verify(folder), err::toString);

    assertEquals(1, out.toString().lines().count(), out::toString);
    String line = "whole: 1 shard, 2 chunks, 1,200 rows \\(1,000 live\\), .* read in .* s\n";
    assertTrue(out.toString().matches(line), out::toString);
    assertEquals("", err.toString());
  }

  @Test
  void damageIsNamedAndOne() throws Exception {
    byte[] bytes = Files.readAllBytes(segment());
    bytes[1_000] ^= 1;
    Files.write(segment(), bytes);

    assertEquals(1, verify(folder));
    assertOut(
        "damaged: " + segment() + ", bytes 128 to 262271, chunk 1, piece 0 (header, vectors)",
        "damaged in 1 place of 1 file: 1 shard, 2 chunks, 1,200 rows");
    assertEquals(2, out.toString().lines().count());

    assertEquals(1, verify(folder, "--json"));
    JsonNode json = JsonMapper.shared().readTree(out.toString());
    assertFalse(json.path("whole").asBoolean());
    assertEquals(128, json.at("/findings/0/from").asInt());
    assertEquals(segment().toString(), json.at("/findings/0/file").asString());

    assertEquals(0, verify(folder, "--depth", "headers"), "only the header was looked at");
  }

  @Test
  void inspectShowsWhatItCanOfADamagedStore() throws Exception {
    byte[] bytes = Files.readAllBytes(segment());
    bytes[130] ^= 1;
    Files.write(segment(), bytes);

    assertEquals(1, inspect(StandardCharsets.UTF_8, folder));
    assertOut("damaged: " + segment(), "chunk 1, header, magic", "deploy/weir verify tells more");
  }

  @Test
  void aRunningStoreCanBeLookedAt() throws Exception {
    try (VectorStore store = VectorStore.open(folder, StoreOptions.defaults())) {
      assertEquals(0, verify(folder), out::toString);
      assertEquals(0, inspect(StandardCharsets.UTF_8, folder));
      assertOut("in use by a running Weir");
      assertEquals(1, store.collections().size());
    }
  }

  @Test
  void misuseIsTwo(@TempDir Path empty) throws Exception {
    Path file = Files.writeString(empty.resolve("file"), "");
    for (Callable<Integer> command :
        java.util.List.<Callable<Integer>>of(
            new VerifyCommand(() -> false), new InspectCommand(StandardCharsets.UTF_8))) {
      assertEquals(2, run(command));
      assertEquals(2, run(command, empty.resolve("missing")));
      assertTrue(err.toString().startsWith(empty.resolve("missing") + " does not exist"));
      assertEquals(2, run(command, file));
      assertTrue(err.toString().startsWith(file + " is no folder"));
      assertEquals(2, run(command, empty));
      assertTrue(err.toString().startsWith(empty + " holds no store"), err::toString);
    }
    assertEquals(2, verify(folder, "--depth", "deep"));
    assertTrue(err.toString().startsWith("--depth is deep; allowed are"), err::toString);
  }

  @Test
  void somebodyWhoWatchesSeesABar() {
    assertEquals(0, run(new VerifyCommand(() -> true), folder));

    assertTrue(err.toString().contains("verify"), err::toString);
    assertTrue(err.toString().endsWith(" \r"), "and then it is gone");
  }
}
