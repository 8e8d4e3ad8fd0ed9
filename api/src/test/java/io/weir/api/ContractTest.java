package io.weir.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.FeedControl.Outcome;
import io.weir.api.FeedStatus.Feed;
import io.weir.api.FeedStatus.Progress;
import io.weir.api.access.ApiKey;
import io.weir.api.access.KeyHash;
import io.weir.api.access.Role;
import io.weir.api.access.SecuritySettings;
import io.weir.api.http.ProblemType;
import io.weir.api.http.Route;
import io.weir.api.observe.RequestLogs;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.Contract;
import io.weir.api.testing.EventStream;
import io.weir.api.testing.NoLeaks;
import io.weir.api.testing.RawConnection;
import io.weir.storage.CheckpointReport;
import io.weir.storage.CheckpointReport.ShardCheckpoint;
import io.weir.storage.io.CorruptFileException;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The document and the server say the same: every route, every parameter, every media type, and
 * every status and problem that the document names can be had. {@link ApiFixture} holds each answer
 * of each test against it.
 */
@ExtendWith(NoLeaks.class)
class ContractTest {

  private static final Contract CONTRACT = Contract.SERVED;
  private static final String DOCS = "/v1/collections/docs";
  private static final String WIDE = "/v1/collections/wide";
  private static final String FOUND = "/v1/collections/found";
  private static final String DOGS = "/v1/collections/dogs";
  private static final String SEARCH = "{\"vector\":[1,0,0]";
  private static final String BATCH = "{\"searches\":[{\"key\":\"a\"}]";
  private static final String GET_MANY = "{\"keys\":[\"a\",\"z\"]";
  private static final String RESUME = DOCS + "/shards/0/resume";
  private static final String GONE = "{\"0\":1}";
  private static final String AHEAD = "{\"0\":99}";

  private static final String KEY = "the reader's key";
  private static final SecuritySettings READER_ONLY =
      new SecuritySettings(
          List.of(new ApiKey("reader", KeyHash.of(KEY), Role.READ, Optional.empty())),
          Optional.empty(),
          1,
          false,
          Optional.empty(),
          Duration.ofSeconds(1));

  /** So many vectors of the largest dimension and fifteen bytes a component are too much JSON. */
  private static final int WIDE_ROWS = 72;

  @TempDir private Path directory;
  private final Set<String> statuses = new TreeSet<>();
  private final Set<String> problems = new TreeSet<>();

  /** Operations, each with a problem that a request has got from it. */
  private final Set<String> problemsOfOperations = new TreeSet<>();

  private Outcome outcome = new Outcome.Resumed("reads on");
  private FeedStatus.Readiness readiness = new FeedStatus.Readiness.Ready();

  private final FeedStatus feeds =
      new FeedStatus() {
        @Override
        public Readiness readiness() {
          return readiness;
        }

        @Override
        public List<Feed> feeds() {
          Progress progress =
              new Progress(
                  OptionalLong.of(0),
                  OptionalLong.of(10),
                  OptionalLong.of(7),
                  Optional.of(Duration.ofMillis(3)),
                  OptionalLong.of(0),
                  OptionalLong.empty());
          return List.of(
              new Feed("docs", 0, "reading", false, Optional.empty(), progress, Map.of("x", 1L)),
              new Feed("docs", 7, "halted", true, Optional.of("why"), progress, Map.of()));
        }
      };

  @Test
  void documentAndServerHaveTheSameRoutes() throws Exception {
    try (ApiFixture api = ApiFixture.start(directory)) {
      List<Route> routes = api.server.routes();
      assertEquals(
          CONTRACT.operations(),
          new TreeSet<>(routes.stream().map(ContractTest::name).collect(Collectors.toSet())));
      for (Route route : routes) {
        JsonNode operation = CONTRACT.operation(name(route));
        assertEquals(
            new TreeSet<>(route.parameters()), queryParameters(operation), () -> name(route));
        Set<String> produced =
            route.produces().stream()
                .map(type -> type.split(";", 2)[0])
                .collect(Collectors.toSet());
        assertEquals(
            new TreeSet<>(produced),
            new TreeSet<>(operation.path("responses").path("200").path("content").propertyNames()),
            () -> name(route));
      }
    }
  }

  private static String name(Route route) {
    return route.method() + " " + route.path();
  }

  private static Set<String> queryParameters(JsonNode operation) {
    Set<String> names = new TreeSet<>();
    for (JsonNode parameter : operation.path("parameters")) {
      JsonNode resolved = CONTRACT.resolved(parameter);
      assertEquals("query", resolved.path("in").asString());
      names.add(resolved.path("name").asString());
    }
    return names;
  }

  @Test
  void theDocumentIsServed() throws Exception {
    try (ApiFixture api = ApiFixture.start(directory)) {
      HttpResponse<String> answer = api.get("/openapi.yaml");
      assertEquals("application/yaml", answer.headers().firstValue("Content-Type").orElse(""));
      assertTrue(answer.body().startsWith("openapi: 3.1"), answer::body);
      assertFalse(answer.body().contains("${"), "the version is not filled in");
    }
  }

  @Test
  void theProblemTypesAreThoseOfTheServer() {
    Set<String> served =
        Arrays.stream(ProblemType.values()).map(ProblemType::reference).collect(Collectors.toSet());
    Set<String> described = new TreeSet<>();
    CONTRACT
        .document()
        .at("/components/schemas/Problem/properties/type/enum")
        .forEach(type -> described.add(type.asString()));
    assertEquals(new TreeSet<>(served), described);
    assertEquals(described, CONTRACT.problems());
  }

  @Test
  void statusesAndProblemsOfAnOperationGoTogether() {
    Map<String, String> statusOf =
        Arrays.stream(ProblemType.values())
            .collect(
                Collectors.toMap(ProblemType::reference, type -> Integer.toString(type.status())));
    for (String operation : CONTRACT.operations()) {
      Set<String> named = new TreeSet<>();
      CONTRACT.operation(operation).path("responses").propertyNames().forEach(named::add);
      Set<String> needed =
          CONTRACT.ownProblems(operation).stream()
              .map(problem -> String.valueOf(statusOf.get(problem)))
              .collect(Collectors.toCollection(TreeSet::new));
      assertTrue(named.containsAll(needed), () -> operation + " has not all of " + needed);
      named.removeAll(Set.of("200", "default"));
      Set<String> possible =
          CONTRACT.problems(operation).stream()
              .map(problem -> String.valueOf(statusOf.get(problem)))
              .collect(Collectors.toSet());
      assertTrue(possible.containsAll(named), () -> operation + " has no problems for " + named);
    }
  }

  @Test
  void examplesAreAsTheirSchemasSay() {
    int checked = checkExamples(CONTRACT.document());
    assertTrue(checked > 20, () -> "only " + checked + " examples were found");
  }

  private static int checkExamples(JsonNode node) {
    int checked = 0;
    for (JsonNode example : node.path("examples")) {
      if (node.has("schema")) {
        CONTRACT.checkValue("example", node.path("schema"), example.path("value"));
        checked++;
      }
    }
    for (JsonNode child : node) {
      checked += checkExamples(child);
    }
    return checked;
  }

  @Test
  void whatIsNotDescribedIsNoticed() {
    String row = "{\"status\":\"live\",\"more\":1}";
    assertThrows(
        AssertionError.class, () -> CONTRACT.check("GET", "/livez", 200, "application/json", row));
    assertThrows(
        AssertionError.class, () -> CONTRACT.check("GET", "/livez", 201, "application/json", ""));
    assertThrows(
        AssertionError.class, () -> CONTRACT.check("GET", "/nowhere", 200, "text/plain", ""));
  }

  @Test
  void everyStatusAndEveryProblemThatIsDescribedCanBeHad() throws Exception {
    try (ApiFixture api =
        ApiFixture.start(
            directory.resolve("patient"),
            settings ->
                settings.withViews(
                    new ViewSettings(
                        1, Duration.ofMinutes(1), Duration.ofMinutes(1), 1, Duration.ofMinutes(1))),
            feeds,
            (collection, partition, way) -> outcome)) {
      fill(api);
      answers(api);
      badParametersAndBodies(api);
      tooLargeAnswers(api);
      unknownThings(api);
      positions(api);
      operation(api);
      failures(api);
      edges(api);
    }
    try (ApiFixture api =
        ApiFixture.start(directory.resolve("hasty"), _ -> hasty(), FeedStatus.none())) {
      api.put("a", "{}", 1, 0, 0);
      tooLate(api);
    }
    try (ApiFixture api =
        ApiFixture.start(
            directory.resolve("closed"),
            settings -> settings.withSecurity(READER_ONLY),
            FeedStatus.none())) {
      withoutRights(api);
    }
    try (ApiFixture api = ApiFixture.start(directory.resolve("found"))) {
      api.store.declare("found", new VectorSchema(3, Metric.COSINE));
      api.put("found", 0, "a", "", 1, 0, 0);
      assertTrue(api.store.checkpoint().get().succeeded());
    }
    try (ApiFixture api = ApiFixture.start(directory.resolve("found"))) {
      undeclared(api);
    }
    Set<String> missing = CONTRACT.statuses();
    missing.removeAll(statuses);
    assertEquals(Set.of(), missing, "statuses that the document names and no request got");
    Set<String> unseen =
        Arrays.stream(ProblemType.values())
            .map(ProblemType::reference)
            .collect(Collectors.toCollection(TreeSet::new));
    unseen.removeAll(problems);
    assertEquals(Set.of(), unseen, "problems that no request got");
    Set<String> unproved = new TreeSet<>();
    for (String operation : CONTRACT.operations()) {
      CONTRACT.ownProblems(operation).forEach(type -> unproved.add(operation + " " + type));
    }
    unproved.removeAll(problemsOfOperations);
    assertEquals(Set.of(), unproved, "problems of operations that no request got from them");
  }

  /** Nobody without a key, and with it little. */
  private void withoutRights(ApiFixture api) throws Exception {
    for (String operation : CONTRACT.operations()) {
      String path = path(operation);
      HttpRequest.Builder request = HttpRequest.newBuilder(api.uri(path));
      boolean open = !CONTRACT.operation(operation).path("security").isMissingNode();
      HttpRequest.Builder asked =
          operation.startsWith("GET") ? request.GET() : request.POST(BodyPublishers.ofString("{}"));
      assertEquals(open, send(api, asked).statusCode() != 401, operation);
    }
    for (String path : List.of("/v1/checkpoints", RESUME)) {
      send(
          api,
          HttpRequest.newBuilder(api.uri(path))
              .header("api-key", KEY)
              .POST(BodyPublishers.noBody()));
    }
    for (int i = 0; i < 20; i++) {
      send(api, HttpRequest.newBuilder(api.uri("/")).header("Authorization", "Bearer " + KEY));
    }
  }

  private static ApiSettings hasty() {
    Duration soon = Duration.ofMillis(600);
    return new ApiSettings(
        "127.0.0.1",
        0,
        1 << 20,
        100,
        0,
        2,
        8,
        soon,
        soon,
        soon,
        ApiFixture.PATIENCE,
        ApiFixture.PATIENCE,
        ViewSettings.defaults(),
        RequestLogs.defaults(),
        WatchSettings.defaults(),
        QdrantSettings.defaults(),
        SecuritySettings.none());
  }

  private static void fill(ApiFixture api) throws Exception {
    api.put("a", "{\"n\":\n1}", 1, 0, 0);
    api.put("b", "", 0, 1, 0);
    api.put("a", "{\"n\":2}", 1, 1, 0);
    assertTrue(api.store.checkpoint().get().succeeded());
    api.store.declare("wide", new VectorSchema(VectorSchema.MAX_DIMENSION, Metric.DOT));
  }

  private HttpResponse<String> send(ApiFixture api, HttpRequest.Builder request) throws Exception {
    HttpResponse<String> response = api.send(request);
    String method = response.request().method();
    Optional<String> operation =
        CONTRACT.operationOf(method, Objects.requireNonNull(response.request().uri().getRawPath()));
    operation.ifPresent(one -> statuses.add(one + " " + response.statusCode()));
    if (response.statusCode() >= 400 && !method.equals("HEAD")) {
      String rawPath = Objects.requireNonNull(response.request().uri().getRawPath());
      if (Contract.isQdrants(rawPath)) {
        CONTRACT.checkFailure(rawPath, response.body());
      } else {
        String type = problem(response.body(), response.statusCode());
        operation.ifPresent(one -> problemsOfOperations.add(one + " " + type));
      }
    }
    return response;
  }

  /** Notes a problem, and returns its type; the status is that of the type. */
  private String problem(String body, int status) {
    CONTRACT.checkProblem(body);
    String reference = new JsonMapper().readTree(body).path("type").asString();
    ProblemType type =
        Arrays.stream(ProblemType.values())
            .filter(one -> one.reference().equals(reference))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no type of the server's: " + body));
    assertEquals(type.status(), status, body);
    problems.add(reference);
    return reference;
  }

  private void get(ApiFixture api, String path) throws Exception {
    send(api, HttpRequest.newBuilder(api.uri(path)).GET());
  }

  private void getAs(ApiFixture api, String path, String accept) throws Exception {
    send(api, HttpRequest.newBuilder(api.uri(path)).header("Accept", accept).GET());
  }

  private HttpResponse<String> post(ApiFixture api, String path, String json) throws Exception {
    return postAs(api, path, "application/json", "*/*", json);
  }

  private HttpResponse<String> postAs(
      ApiFixture api, String path, String type, String accept, String body) throws Exception {
    return send(
        api,
        HttpRequest.newBuilder(api.uri(path))
            .header("Content-Type", type)
            .header("Accept", accept)
            .POST(BodyPublishers.ofString(body)));
  }

  private void answers(ApiFixture api) throws Exception {
    for (String operation : CONTRACT.operations()) {
      String path = path(operation);
      if (operation.startsWith("GET")) {
        get(api, path);
        for (String type :
            CONTRACT
                .operation(operation)
                .path("responses")
                .path("200")
                .path("content")
                .propertyNames()) {
          getAs(api, path, type);
        }
        getAs(api, path, "image/png");
      } else {
        String body = body(path);
        if (path.endsWith("watch")) {
          watch(api, operation);
        } else {
          post(api, path, body);
        }
        postAs(api, path, "application/json", "image/png", body);
        postAs(api, path, "text/plain", "*/*", body);
      }
    }
    postAs(api, DOCS + "/search/batch", "application/json", "application/x-ndjson", body("batch"));
    postAs(
        api,
        DOCS + "/search/batch?k=1",
        "application/x-ndjson",
        "*/*",
        "{\"key\":\"a\"}\n\n{\"key\":\"b\"}\n");
  }

  /** Its answer has no end: each kind of event is held against its schema. */
  private void watch(ApiFixture api, String operation) throws Exception {
    try (EventStream stream =
        EventStream.open(
            api.server.port(), "docs", SEARCH + ",\"threshold\":0.5}", Optional.empty())) {
      statuses.add(operation + " 200");
      checkEvent("begin", "WatchBegin", stream.event());
      api.put("watched", "{}", 1, 0, 0);
      checkEvent("match", "WatchMatch", stream.event());
      api.put("watched", "{}", 0, 1, 0);
      checkEvent("leave", "WatchLeave", stream.event());
    }
  }

  private static void checkEvent(String name, String schema, EventStream.Event event) {
    assertEquals(name, event.name());
    CONTRACT.checkValue(
        name, CONTRACT.document().at("/components/schemas/" + schema), event.data());
  }

  private static String path(String operation) {
    return operation
        .substring(operation.indexOf(' ') + 1)
        .replace("{collection}", "docs")
        .replace("{key}", "a")
        .replace("{id}", "a")
        .replace("{partition}", "0");
  }

  private static String body(String path) {
    if (Contract.isQdrants(path)) {
      return qdrantBody(path.substring(path.indexOf("/points")));
    }
    if (path.endsWith("batch")) {
      return BATCH + "}";
    }
    if (path.endsWith("search") || path.endsWith("watch")) {
      return SEARCH + "}";
    }
    return path.endsWith("get") ? GET_MANY + "}" : "{}";
  }

  private static String qdrantBody(String path) {
    return switch (path) {
      case "/points" -> "{\"ids\":[\"a\",\"z\"]}";
      case "/points/query" -> "{\"query\":[1,0,0]}";
      case "/points/query/batch" -> "{\"searches\":[{\"query\":[1,0,0]}]}";
      case "/points/search" -> "{\"vector\":[1,0,0]}";
      case "/points/search/batch" -> "{\"searches\":[{\"vector\":[1,0,0]}]}";
      default -> "{}";
    };
  }

  private void badParametersAndBodies(ApiFixture api) throws Exception {
    get(api, DOCS + "/vectors/a?withVector=perhaps");
    get(api, DOCS + "/export?minPosition=now");
    post(api, DOCS + "/vectors/get", "{\"keys\":[]}");
    post(api, DOCS + "/search", SEARCH);
    post(api, DOCS + "/search", SEARCH + ",\"k\":0}");
    post(api, DOCS + "/watch", SEARCH);
    post(api, DOCS + "/watch", SEARCH + "}");
    for (String route : List.of("/search", "/watch")) {
      post(api, DOCS + route, SEARCH + ",\"ef\":1}");
      String rest = route.equals("/watch") ? "],\"threshold\":0.5}" : "]}";
      post(api, DOCS + route, "{\"vector\":[1" + rest);
      post(api, DOCS + route, "{\"vector\":[0,0,0" + rest);
      post(api, DOCS + route, SEARCH + ",\"filter\":{}}");
      post(
          api,
          DOCS + route,
          SEARCH + ",\"filter\":{\"must\":[{\"field\":\"x\",\"exists\":true}]}}");
    }
    post(api, DOCS + "/vectors/get", GET_MANY);
    post(api, DOCS + "/vectors/get", GET_MANY + ",\"ef\":1}");
    for (String search :
        List.of(
            "{\"key\":\"a\",\"k\":0}",
            "{\"key\":\"a\",\"ef\":1}",
            "{\"vector\":[1]}",
            "{\"vector\":[0,0,0]}",
            "{\"key\":\"a\",\"filter\":{}}",
            "{\"key\":\"a\",\"filter\":{\"must\":[{\"field\":\"x\",\"exists\":true}]}}",
            "{")) {
      post(api, DOCS + "/search/batch", "{\"searches\":[" + search + "]}");
    }
    get(api, DOCS + "/export?filter=%7B%7D");
    get(
        api,
        DOCS + "/export?filter=%7B%22must%22:%5B%7B%22field%22:%22x%22,%22exists%22:true%7D%5D%7D");
    post(api, RESUME, "{\"nextOffset\":7}");
    post(api, RESUME, "{\"force\":true}");
    post(api, RESUME, "{");
    post(api, "/v1/checkpoints", "{\"collection\":\"docs\"}");
    post(api, "/v1/checkpoints", "[]");
  }

  /** A collection that was found on the disk, and that nobody has declared. */
  private void undeclared(ApiFixture api) throws Exception {
    String filter = "\"filter\":{\"must\":[{\"field\":\"x\",\"exists\":true}]}";
    post(api, FOUND + "/search", SEARCH + "," + filter + "}");
    post(api, FOUND + "/search/batch", "{\"searches\":[{\"key\":\"a\"," + filter + "}]}");
    post(api, FOUND + "/watch", "{" + filter + "}");
    get(
        api,
        FOUND
            + "/export?filter=%7B%22must%22:%5B%7B%22field%22:%22x%22,%22exists%22:true%7D%5D%7D");
  }

  /** What does not fit into an answer: vectors of the largest dimension. */
  private void tooLargeAnswers(ApiFixture api) throws Exception {
    for (String route : List.of("/search", "/search/batch")) {
      send(
          api,
          HttpRequest.newBuilder(api.uri(WIDE + route + "?withVector=true&k=257"))
              .header("Content-Type", "application/octet-stream")
              .POST(BodyPublishers.ofByteArray(new byte[4 * VectorSchema.MAX_DIMENSION])));
    }
    float[] long14 = new float[VectorSchema.MAX_DIMENSION];
    Arrays.fill(long14, -1.1754944e-38f);
    StringBuilder keys = new StringBuilder("\"w0\"");
    api.put("wide", 0, "w0", "", long14);
    for (int i = 1; i < WIDE_ROWS; i++) {
      api.put("wide", 0, "w" + i, "", long14);
      keys.append(",\"w").append(i).append('"');
    }
    post(api, WIDE + "/vectors/get", "{\"keys\":[" + keys + "]}");
  }

  private void unknownThings(ApiFixture api) throws Exception {
    get(api, "/nowhere");
    get(api, DOGS);
    get(api, DOCS + "/vectors/nowhere");
    get(api, DOGS + "/export");
    get(api, DOGS + "/vectors/a");
    get(api, DOCS + "/vectors/a?asOf=9:1");
    String elsewhere = ",\"asOf\":{\"9\":1}}";
    post(api, DOCS + "/vectors/get", GET_MANY + elsewhere);
    post(api, DOCS + "/search", SEARCH + elsewhere);
    post(api, DOCS + "/search/batch", BATCH + elsewhere);
    post(api, DOCS + "/search", "{\"key\":\"nowhere\"}");
    post(api, DOCS + "/search/batch", "{\"searches\":[{\"key\":\"nowhere\"}]}");
    post(api, DOGS + "/vectors/get", GET_MANY + "}");
    post(api, DOGS + "/search", SEARCH + "}");
    post(api, DOGS + "/watch", SEARCH + "}");
    post(api, DOCS + "/watch", SEARCH + ",\"threshold\":0.5,\"since\":{\"9\":1}}");
    post(api, DOGS + "/search/batch", BATCH + "}");
    post(api, "/livez", "");
    get(api, DOCS + "/export?asOf=9:1");
  }

  private void positions(ApiFixture api) throws Exception {
    for (String path : List.of(DOCS + "/vectors/a", DOCS + "/export")) {
      get(api, path + "?asOf=0:1");
      get(api, path + "?asOf=0:99");
    }
    for (String asOf : List.of(GONE, AHEAD)) {
      post(api, DOCS + "/search", SEARCH + ",\"asOf\":" + asOf + "}");
      post(api, DOCS + "/search/batch", BATCH + ",\"asOf\":" + asOf + "}");
      post(api, DOCS + "/vectors/get", GET_MANY + ",\"asOf\":" + asOf + "}");
    }
    post(api, DOCS + "/watch", SEARCH + ",\"threshold\":0.5,\"since\":" + GONE + "}");
    post(api, DOCS + "/search", "{\"after\":\"nonsense\"}");
    String first = post(api, DOCS + "/search", SEARCH + ",\"k\":1,\"cursor\":true}").body();
    assertTrue(first.contains("\"cursor\":\""), first);
    // There may be one cursor only.
    post(api, DOCS + "/search", SEARCH + ",\"k\":1,\"cursor\":true}");
  }

  private void operation(ApiFixture api) throws Exception {
    outcome = new Outcome.Unknown();
    post(api, RESUME, "{}");
    outcome = new Outcome.Refused("it runs");
    post(api, RESUME, "{}");
    readiness = new FeedStatus.Readiness.Waiting("records");
    get(api, "/readyz");
    ShardCheckpoint failed =
        new ShardCheckpoint("docs", 4, Optional.empty(), 0, 0, 0, Optional.of("No space left"));
    CheckpointReport report =
        new CheckpointReport(
            CheckpointReport.Trigger.REQUEST, Instant.now(), Duration.ZERO, List.of(failed));
    api.store.onCheckpoint = _ -> CompletableFuture.completedFuture(report);
    post(api, "/v1/checkpoints", "{}");
  }

  private void failures(ApiFixture api) throws Exception {
    api.store.beforeGet =
        () -> {
          throw new IllegalStateException("a bug");
        };
    get(api, DOCS + "/vectors/a");
    api.store.beforeGet =
        () -> {
          throw new CorruptFileException("7.segment", "footer", "1a", "1b");
        };
    get(api, DOCS + "/vectors/a");
    api.store.beforeGet =
        () -> {
          throw new IOException("Input/output error");
        };
    get(api, DOCS + "/vectors/a");
  }

  private void edges(ApiFixture api) throws Exception {
    post(api, DOCS + "/search", " ".repeat((1 << 20) + 1));
    raw(api, "NONSENSE\r\n\r\n");
    raw(api, "GET /" + "x".repeat(5_000) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    raw(api, "GET /livez HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(9_000) + "\r\n\r\n");
    api.server.announceStop();
    get(api, "/readyz");
  }

  private void raw(ApiFixture api, String request) throws Exception {
    try (RawConnection connection = new RawConnection(api.server.port())) {
      connection.send(request);
      RawConnection.Reply reply = connection.read();
      problem(reply.body(), reply.status());
    }
  }

  private void tooLate(ApiFixture api) throws Exception {
    get(api, DOCS + "/vectors/a?minPosition=0:99");
    get(api, DOCS + "/export?minPosition=0:99,5:1");
    post(api, DOCS + "/vectors/get", GET_MANY + ",\"minPosition\":" + AHEAD + "}");
    post(api, DOCS + "/search", SEARCH + ",\"minPosition\":" + AHEAD + "}");
    post(api, DOCS + "/search/batch", BATCH + ",\"minPosition\":" + AHEAD + "}");
    raw(
        api,
        "POST /v1/collections/docs/search HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            + "Content-Length: 100\r\n\r\n{");
    CountDownLatch release = new CountDownLatch(1);
    api.store.beforeSearch =
        query -> {
          try {
            while (!query.cancelled().getAsBoolean() && release.getCount() > 0) {
              assertFalse(release.await(1, TimeUnit.MILLISECONDS));
            }
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        };
    post(api, DOCS + "/search", SEARCH + "}");
    release.countDown();
  }
}
