package io.weir.api.client;

import static io.weir.api.client.Field.field;
import static io.weir.api.client.FieldValue.value;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.FeedControl;
import io.weir.api.FeedStatus;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.Eventually;
import io.weir.api.testing.NoLeaks;
import io.weir.api.testing.TreeFieldReader;
import io.weir.storage.field.FieldType;
import io.weir.storage.record.VectorSchema;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Every call, against the server. */
@ExtendWith(NoLeaks.class)
class WeirClientTest {

  private static final String PAYLOAD = "{\"lang\": \"en\",\n \"year\":2020, \"n\":1.50}";

  @TempDir private Path directory;
  private final List<String> orders = new ArrayList<>();
  private FeedControl.Outcome outcome = new FeedControl.Outcome.Resumed("reads on at offset 7");
  private FeedStatus.Readiness readiness = new FeedStatus.Readiness.Ready();
  private ApiFixture api;
  private WeirClient weir;
  private CollectionClient docs;

  @BeforeEach
  void start() throws Exception {
    FeedStatus feeds =
        new FeedStatus() {
          @Override
          public Readiness readiness() {
            return readiness;
          }

          @Override
          public List<Feed> feeds() {
            return List.of(feed(0, false, Optional.empty()), feed(3, true, Optional.of("gone")));
          }
        };
    FeedControl control =
        (collection, partition, way) -> {
          orders.add(collection + "/" + partition + " " + way);
          return outcome;
        };
    api = ApiFixture.start(directory, UnaryOperator.identity(), feeds, control);
    api.store.declare(
        "docs",
        new VectorSchema(3, io.weir.storage.record.Metric.COSINE),
        TreeFieldReader.declared(
            new io.weir.storage.field.Field("lang", FieldType.KEYWORD),
            new io.weir.storage.field.Field("year", FieldType.LONG)));
    api.put("a/b #+%", PAYLOAD, 1, 0, 0);
    api.put("ключ", "{\"lang\":\"de\",\"year\":2024}", 1, 1, 0);
    api.put("c", "", -0.1f, -0.0f, Float.MIN_VALUE);
    weir = WeirClient.builder(api.uri("/")).deadline(ApiFixture.PATIENCE).build();
    docs = weir.collection("docs");
  }

  private static FeedStatus.Feed feed(int partition, boolean trouble, Optional<String> detail) {
    return new FeedStatus.Feed(
        "docs",
        partition,
        trouble ? "stopped" : "reading",
        trouble,
        detail,
        new FeedStatus.Progress(
            OptionalLong.of(0),
            OptionalLong.of(5),
            OptionalLong.of(2),
            Optional.of(Duration.ofMillis(1_500)),
            OptionalLong.empty(),
            OptionalLong.of(10)),
        Map.of("malformed", 4L));
  }

  @AfterEach
  void stop() throws Exception {
    weir.close();
    api.close();
  }

  private static <T> T await(Mono<T> call) {
    return call.blockOptional(ApiFixture.PATIENCE).orElseThrow();
  }

  private static List<String> keys(List<Hit> hits) {
    return hits.stream().map(hit -> hit.row().key()).toList();
  }

  @Test
  void collectionsAreListedAndDescribed() {
    assertEquals(
        List.of(new CollectionSummary("docs", 3, Metric.COSINE, 3, 1)), await(weir.collections()));
    CollectionDescription described = await(docs.describe());
    assertEquals(new TreeMap<>(Map.of("lang", "keyword", "year", "long")), described.fields());
    assertEquals(
        List.of(
            new CollectionDescription.Shard(
                0, 3, Optional.of(new SourcePosition(3, -1)), Optional.empty())),
        described.shards());
    assertEquals(3, described.liveRows());
  }

  @Test
  void aRowIsWhatWasSentBitForBit() {
    RowAnswer answer = await(docs.get("a/b #+%"));
    assertEquals(
        new Row(
            "a/b #+%",
            0,
            0,
            Optional.of(Instant.ofEpochMilli(1_000)),
            Optional.of(Vector.of(1, 0, 0)),
            Optional.of(payload(PAYLOAD))),
        answer.row());
    assertEquals(new Seen(Position.of(0, 3), position(Map.of(0, 2L, 3, 5L))), answer.seen());
    Row bare = await(docs.get("c")).row();
    assertEquals(Optional.empty(), bare.payload());
    assertEquals(Vector.of(-0.1f, -0.0f, Float.MIN_VALUE), bare.vector().orElseThrow());
    assertArrayEquals(
        ApiFixture.float32(-0.1f, -0.0f, Float.MIN_VALUE), bare.vector().orElseThrow().toBytes());
  }

  private static Payload payload(String json) {
    return Payload.owning(json.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static Position position(Map<Integer, Long> offsets) {
    return new Position(new TreeMap<>(offsets));
  }

  @Test
  void aKeyWithoutARowIsNoErrorAndOneOfNoCollectionIs() {
    assertEquals(Optional.empty(), docs.get("nowhere").blockOptional(ApiFixture.PATIENCE));
    assertEquals(Optional.empty(), docs.get("..").blockOptional(ApiFixture.PATIENCE));
    WeirProblemException problem =
        assertThrows(
            WeirProblemException.class, () -> await(weir.collection("dogs").get("nowhere")));
    assertTrue(problem.is("unknown-collection"));
    assertEquals("/problems/unknown-collection", problem.type());
    assertEquals(404, problem.status());
    assertEquals("there is no collection 'dogs'; there are docs", problem.detail());
    assertEquals("There is no such collection", problem.title());
    assertEquals("http://127.0.0.1:" + api.server.port(), problem.server());
  }

  @Test
  void aRowComesWithoutWhatIsNotWantedAndAsOfAPosition() throws Exception {
    api.put("c", "{}", 0, 0, 1);
    ReadOptions bare = ReadOptions.defaults().withVector(false).withPayload(false);
    Row now = await(docs.get("c", bare)).row();
    assertEquals(
        List.of(3L, false, false),
        List.of(now.offset(), now.vector().isPresent(), now.payload().isPresent()));
    Row then = await(docs.get("c", ReadOptions.defaults().asOf(Position.of(0, 3)))).row();
    assertEquals(2, then.offset());
    WeirProblemException ahead =
        assertThrows(
            WeirProblemException.class,
            () -> await(docs.get("c", ReadOptions.defaults().asOf(Position.of(0, 9)))));
    assertEquals(Position.of(0, 4), ahead.newest());
    assertTrue(ahead.is("position-ahead"));
  }

  @Test
  void manyRowsComeInTheOrderOfTheirKeys() {
    RowsAnswer answer =
        await(
            docs.get(
                List.of("ключ", "nowhere", "a/b #+%"), ReadOptions.defaults().withVector(false)));
    assertEquals(List.of("ключ", "a/b #+%"), answer.found().stream().map(Row::key).toList());
    assertEquals(List.of("nowhere"), answer.missing());
    assertEquals(Optional.of(payload(PAYLOAD)), answer.found().getLast().payload());
    assertEquals(Position.of(0, 3), answer.seen().position());
  }

  @Test
  void aSearchByVectorAndOneByKeyFindTheSame() {
    SearchAnswer byVector = await(docs.search(Search.vector(1, 1, 0).k(2).withVector(true)));
    SearchAnswer byKey = await(docs.search(Search.key("ключ").k(2).withVector(true)));
    assertEquals(byVector.hits(), byKey.hits());
    assertEquals(List.of("ключ", "a/b #+%"), keys(byVector.hits()));
    assertEquals(1, byVector.hits().getFirst().score(), 1e-6);
    assertEquals(Vector.of(1, 1, 0), byVector.hits().getFirst().row().vector().orElseThrow());
    assertEquals(3, byVector.scannedRows());
    assertTrue(byVector.took().isPositive());
    assertEquals(
        List.of("a/b #+%"), keys(await(docs.search(Search.vector(1, 1, 0).k(1).offset(1))).hits()));
  }

  @Test
  void everyKindOfConditionFilters() {
    assertFinds("a/b #+%", Filter.all(field("lang").match("en")));
    assertFinds("ключ", Filter.all(field("year").match(2024)));
    assertFinds("ключ a/b #+%", Filter.any(field("lang").any("de", "en")));
    assertFinds(
        "ключ", Filter.all(field("year").range(Range.of().gt(value(2020)).lte(value(2024)))));
    assertFinds("a/b #+%", Filter.all(field("year").range(Range.of().lt(value(2021)))));
    assertFinds("ключ a/b #+%", Filter.all(field("lang").exists()));
    assertFinds("c", Filter.all(field("lang").missing()));
    assertFinds("a/b #+%", Filter.all(field("lang").prefix("e")));
    assertFinds("c", Filter.all(Condition.keys("c", "nowhere")));
    assertFinds("c", Filter.all(Condition.offsets(Range.of().gte(value(2)))));
    assertFinds("", Filter.all(Condition.offsets(4, Range.of().gte(value(0)))));
    assertFinds(
        "a/b #+%",
        Filter.all(Condition.timestamps(Range.of().lt(value(Instant.ofEpochMilli(1_001))))));
    assertFinds(
        "c",
        Filter.none(field("lang").match("en"))
            .must(Filter.any(Condition.keys("a/b #+%"), field("lang").missing()))
            .should(Condition.keys("c", "ключ"))
            .mustNot(Condition.keys("ключ")));
  }

  private void assertFinds(String keys, Filter filter) {
    String byVector =
        String.join(" ", keys(await(docs.search(Search.vector(1, 1, 0).filter(filter))).hits()));
    String byKey =
        String.join(" ", keys(await(docs.search(Search.key("ключ").filter(filter))).hits()));
    assertEquals(keys, byVector, filter::toString);
    assertEquals(keys, byKey, filter::toString);
  }

  /** What does not fit into a request line travels in the body. */
  @Test
  void aLongFilterIsSentAllTheSame() {
    String[] keys = new String[900];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = "a rather long key " + i;
    }
    keys[0] = "c";
    assertFinds("c", Filter.all(Condition.keys(keys)));
  }

  @Test
  void aSearchWaitsForItsPositionAndReadsItsOwnWrite() throws Exception {
    Mono<SearchAnswer> waiting =
        docs.search(Search.vector(0, 0, 1).k(1).minPosition(Position.after(0, 3))).cache();
    waiting.subscribe();
    api.put("own", "", 0, 0, 1);
    assertEquals(List.of("own"), keys(await(waiting).hits()));
    assertEquals(
        List.of("own"),
        keys(await(docs.search(Search.key("own").k(1).minPosition(Position.of(0, 4)))).hits()));
    assertEquals(
        List.of("c"),
        keys(await(docs.search(Search.vector(0.1f, 0, 1).asOf(Position.of(0, 3)).offset(2))).hits())
            .stream()
            .filter("c"::equals)
            .toList());
  }

  @Test
  void pagesGoThroughAllHitsOfOneView() throws Exception {
    Search search = Search.vector(1, 0, 0).k(2);
    SearchAnswer first = await(docs.search(search.paged(true)));
    api.put("later", "", 1, 0, 0);
    SearchAnswer second = await(docs.next(first.cursor().orElseThrow()));
    assertEquals(List.of("c"), keys(second.hits()));
    assertEquals(Optional.empty(), second.cursor());
    assertEquals(
        List.of(2, 2),
        docs.pages(search)
            .map(page -> page.hits().size())
            .filter(count -> count > 0)
            .collectList()
            .block(ApiFixture.PATIENCE));
    WeirProblemException gone =
        assertThrows(
            WeirProblemException.class, () -> await(docs.next(first.cursor().orElseThrow(), 5)));
    assertTrue(gone.is("cursor-expired"));
    assertEquals(Optional.empty(), await(docs.search(search)).cursor());
  }

  @Test
  void aBatchIsAnsweredInItsOrder() {
    BatchAnswer alike =
        await(
            docs.search(
                SearchBatch.of(List.of(Search.vector(1, 0, 0).k(1), Search.vector(1, 1, 0).k(1)))));
    assertEquals(List.of("a/b #+%"), keys(alike.answers().getFirst().hits()));
    assertEquals(List.of("ключ"), keys(alike.answers().getLast().hits()));
    assertEquals(3, alike.answers().getFirst().scannedRows());
    BatchAnswer mixed =
        await(
            docs.search(
                SearchBatch.of(
                        List.of(
                            Search.key("c").k(1),
                            Search.vector(1, 1, 0)
                                .k(2)
                                .filter(Filter.none(Condition.keys("ключ")))))
                    .minPosition(Position.of(0, 3))));
    assertEquals(List.of("c"), keys(mixed.answers().getFirst().hits()));
    assertEquals("a/b #+%", keys(mixed.answers().getLast().hits()).getFirst());
    assertEquals(Position.of(0, 3), mixed.seen().position());
    assertThrows(
        IllegalArgumentException.class,
        () -> SearchBatch.of(List.of(Search.key("c").asOf(Position.of(0, 1)))));
  }

  @Test
  void anExportHasAllRowsInBothForms() throws Exception {
    api.put("docs", 2, "d", "{\"a\":\n1}", 3, 2, 1);
    List<Seen> begun = new ArrayList<>();
    List<Row> lines = rows(docs.export(ExportRequest.lines(), begun::add));
    assertEquals(List.of("a/b #+%", "ключ", "c", "d"), lines.stream().map(Row::key).toList());
    assertEquals(position(Map.of(0, 3L, 2, 1L)), begun.getFirst().position());
    assertEquals(Optional.of(payload("{\"a\": 1}")), lines.getLast().payload());
    List<Row> frames = rows(docs.export(ExportRequest.frames()));
    assertEquals(
        lines.stream()
            .map(row ->
                new Row(
                    row.key(),
                    row.partition(),
                    row.offset(),
                    Optional.empty(),
                    row.vector(),
                    Optional.empty()))
            .toList(),
        frames);
    ExportRequest some =
        ExportRequest.lines()
            .filter(Filter.all(Condition.keys("c", "d")))
            .options(
                ReadOptions.defaults()
                    .withVector(false)
                    .withPayload(false)
                    .asOf(Position.of(0, 3)));
    assertEquals(
        List.of(
            new Row(
                "c",
                0,
                2,
                Optional.of(Instant.ofEpochMilli(1_002)),
                Optional.empty(),
                Optional.empty()),
            new Row(
                "d",
                2,
                0,
                Optional.of(Instant.ofEpochMilli(1_000)),
                Optional.empty(),
                Optional.empty())),
        rows(docs.export(some)));
    Eventually.holds("the views are given back", () -> api.store.openViews() == 0);
  }

  private static List<Row> rows(Flux<Row> export) {
    return export.collectList().blockOptional(ApiFixture.PATIENCE).orElseThrow();
  }

  @Test
  void anEmptyExportEndsAndOneOfNoCollectionFails() {
    api.store.declare("none", new VectorSchema(3, io.weir.storage.record.Metric.DOT));
    assertEquals(List.of(), rows(weir.collection("none").export(ExportRequest.lines())));
    assertEquals(List.of(), rows(weir.collection("none").export(ExportRequest.frames())));
    WeirProblemException problem =
        assertThrows(
            WeirProblemException.class,
            () -> rows(weir.collection("dogs").export(ExportRequest.lines())));
    assertTrue(problem.is("unknown-collection"));
  }

  @Test
  void figuresAreTyped() {
    Stats stats = await(weir.stats());
    assertEquals(3, stats.total().liveRows());
    assertTrue(stats.process().heapUsedBytes() > 0);
    Stats.CollectionStats collection = stats.collections().getFirst();
    assertEquals("docs", collection.name());
    Stats.ShardStats fed = collection.shards().getFirst();
    assertEquals("OK", fed.shard().orElseThrow().condition());
    assertEquals(Optional.of(new SourcePosition(3, -1)), fed.shard().orElseThrow().applied());
    assertEquals(Optional.of(Duration.ofMillis(1_500)), fed.feed().orElseThrow().timeLag());
    SortedMap<String, Long> rejected = fed.feed().orElseThrow().rejected();
    assertEquals(Map.of("malformed", 4L), rejected);
    Stats.ShardStats unborn = collection.shards().getLast();
    assertEquals(3, unborn.partition());
    assertEquals(Optional.empty(), unborn.shard());
    assertTrue(unborn.feed().orElseThrow().trouble());
  }

  @Test
  void healthIsAValue() {
    assertEquals(Optional.empty(), weir.live().blockOptional(ApiFixture.PATIENCE));
    assertEquals(
        new Readiness.Ready(
            List.of(new Readiness.Trouble("docs", 3, "stopped", Optional.of("gone")))),
        await(weir.readiness()));
    readiness = new FeedStatus.Readiness.Waiting("7 records to go");
    assertEquals(new Readiness.NotReady("7 records to go"), await(weir.readiness()));
    api.server.announceStop();
    assertEquals(new Readiness.Stopping(), await(weir.readiness()));
  }

  @Test
  void aCheckpointIsRunAndListed() {
    CheckpointReport report = await(weir.withDeadline(ApiFixture.PATIENCE).checkpoint());
    assertTrue(report.succeeded());
    assertEquals(List.of("request", 3L), List.of(report.trigger(), report.rows()));
    CheckpointReport.ShardCheckpoint shard = report.shards().getFirst();
    assertEquals(Optional.of(new SourcePosition(3, -1)), shard.durable());
    CheckpointHistory history = await(weir.checkpoints());
    assertEquals(List.of(report), history.checkpoints());
    assertTrue(history.lastSucceeded().isPresent());
  }

  @Test
  void aShardIsToldHowToGoOn() {
    List<ResumeWay> ways =
        List.of(
            new ResumeWay.Retry(),
            new ResumeWay.AcceptGap(OptionalLong.empty()),
            new ResumeWay.AcceptGap(OptionalLong.of(7_000_000_000L)),
            new ResumeWay.AcceptPartitions(),
            new ResumeWay.Rebuild());
    for (ResumeWay way : ways) {
      assertEquals("reads on at offset 7", await(docs.resume(3, way)));
    }
    assertEquals(
        List.of(
            "docs/3 " + new FeedControl.Way.Retry(),
            "docs/3 " + new FeedControl.Way.AcceptGap(OptionalLong.empty()),
            "docs/3 " + new FeedControl.Way.AcceptGap(OptionalLong.of(7_000_000_000L)),
            "docs/3 " + new FeedControl.Way.AcceptPartitions(),
            "docs/3 " + new FeedControl.Way.Rebuild()),
        orders);
    outcome = new FeedControl.Outcome.Refused("the shard is running");
    WeirProblemException refused =
        assertThrows(
            WeirProblemException.class, () -> await(docs.resume(3, new ResumeWay.Retry())));
    assertEquals(List.of(409, "the shard is running"), List.of(refused.status(), refused.detail()));
  }

  @Test
  void whatIsWrongWithASearchIsToldAsTheServerTellsIt() {
    WeirProblemException dimension =
        assertThrows(WeirProblemException.class, () -> await(docs.search(Search.vector(1, 2))));
    assertTrue(dimension.is("wrong-dimension"));
    WeirProblemException field =
        assertThrows(
            WeirProblemException.class,
            () -> await(docs.search(Search.key("c").filter(Filter.all(field("no").exists())))));
    assertTrue(field.is("undeclared-field"));
  }

  @Test
  void answersMayBeCompressed() throws Exception {
    for (int i = 0; i < 100; i++) {
      api.put("k" + i, PAYLOAD, 1, 0, i);
    }
    try (WeirClient small = WeirClient.builder(api.uri("")).compression(true).build()) {
      CollectionClient same = small.collection("docs");
      assertEquals(100, await(same.search(Search.vector(1, 0, 9).k(100))).hits().size());
      assertEquals(
          rows(docs.export(ExportRequest.lines())), rows(same.export(ExportRequest.lines())));
    }
  }

  @Test
  void aClosedClientSaysSo() {
    weir.close();
    assertThrows(IllegalStateException.class, () -> await(weir.collections()));
  }

  @Test
  void whatIsNoAddressOrNoKeyIsRefused() {
    for (String address :
        List.of(
            "localhost:8080", "ftp://a", "http:///x", "http://a?b", "http://u:p@a", "http://a#b")) {
      IllegalArgumentException refused =
          assertThrows(IllegalArgumentException.class, () -> WeirClient.builder(address));
      assertEquals(
          address + " is no address of a server; http://127.0.0.1:8080 is one",
          refused.getMessage());
    }
    WeirClientBuilder builder = WeirClient.builder("http://a:1/");
    assertThrows(IllegalArgumentException.class, () -> builder.apiKey("a\nb"));
    assertThrows(IllegalArgumentException.class, () -> builder.deadline(Duration.ZERO));
    assertThrows(IllegalArgumentException.class, () -> builder.connections(0));
    assertEquals("client of http://a:1", builder.apiKey("secret").toString());
  }
}
