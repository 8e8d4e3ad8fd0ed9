package io.weir.api.client;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One collection of a Weir.
 *
 * <p><b>Errors:</b> as of {@link WeirClient}; a collection that is not there is a {@link
 * WeirProblemException} of {@code unknown-collection}.
 *
 * <p><b>Threads:</b> any.
 */
public final class CollectionClient {

  /** Well within the request line that the server and what is in between take. */
  private static final int MAX_TARGET_CHARS = 2_000;

  private final HttpTransport transport;
  private final HttpTransport.Terms terms;
  private final String name;
  private final String path;

  CollectionClient(HttpTransport transport, HttpTransport.Terms terms, String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("the name of the collection is empty");
    }
    this.transport = transport;
    this.terms = terms;
    this.name = name;
    this.path = "/v1/collections/" + Target.segment(name);
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** What it is, and how far its shards are. */
  public Mono<CollectionDescription> describe() {
    return transport.call(
        ApiRequest.get(path), terms, body -> CollectionDescription.of(JsonObject.read(body)));
  }

  /** The row under a key; empty if there is none. */
  public Mono<RowAnswer> get(String key) {
    return get(key, ReadOptions.defaults());
  }

  /** The row under a key; empty if there is none. */
  public Mono<RowAnswer> get(String key, ReadOptions options) {
    if (key.isEmpty()) {
      throw new IllegalArgumentException("the key is empty");
    }
    Target target =
        Target.of(path + "/vectors/" + Target.segment(key))
            .with("withVector", Boolean.toString(options.withVector()))
            .at(options.minPosition(), options.asOf());
    return transport
        .call(
            ApiRequest.get(target.toString()),
            terms,
            body -> RowJson.get(body, options.withPayload()))
        .onErrorResume(
            WeirProblemException.class,
            problem -> problem.is("unknown-key") ? Mono.empty() : Mono.error(problem));
  }

  /** The rows under keys, 1 to 1,000, all of one position. */
  public Mono<RowsAnswer> get(List<String> keys, ReadOptions options) {
    ApiRequest request =
        ApiRequest.read(path + "/vectors/get", ApiRequest.JSON, RequestJson.get(keys, options));
    return transport.call(request, terms, RowJson::many);
  }

  /** The nearest. A bare vector travels as float32, which is shorter and sooner read than JSON. */
  public Mono<SearchAnswer> search(Search search) {
    return transport.call(request(search), terms, RowJson::search);
  }

  private ApiRequest request(Search search) {
    if (search.origin() instanceof Search.Origin.Given(Vector vector)) {
      Target target =
          parameters(path + "/search", search)
              .at(search.options().minPosition(), search.options().asOf());
      if (search.paged()) {
        target.with("cursor", "true");
      }
      if (target.toString().length() <= MAX_TARGET_CHARS) {
        return ApiRequest.read(target.toString(), ApiRequest.FLOAT32, vector.toBytes());
      }
    }
    return ApiRequest.read(path + "/search", ApiRequest.JSON, RequestJson.search(search));
  }

  private static Target parameters(String path, Search search) {
    Target target =
        Target.of(path)
            .with("k", Integer.toString(search.k()))
            .with("offset", Integer.toString(search.offset()))
            .with("withVector", Boolean.toString(search.options().withVector()))
            .with("withPayload", Boolean.toString(search.options().withPayload()));
    search.filter().ifPresent(filter -> target.with("filter", filter.toString()));
    return target;
  }

  /**
   * The page behind another of a paged search.
   *
   * @param cursor that the page before came with
   */
  public Mono<SearchAnswer> next(String cursor) {
    return next(cursor, Optional.empty());
  }

  /**
   * The page behind another of a paged search.
   *
   * @param cursor that the page before came with
   * @param k how many, from now on
   */
  public Mono<SearchAnswer> next(String cursor, int k) {
    return next(cursor, Optional.of(k));
  }

  private Mono<SearchAnswer> next(String cursor, Optional<Integer> k) {
    byte[] body =
        RequestJson.object(json -> {
          json.writeStringProperty("after", cursor);
          k.ifPresent(count -> json.writeNumberProperty("k", count));
        });
    return transport.call(
        ApiRequest.read(path + "/search", ApiRequest.JSON, body), terms, RowJson::search);
  }

  /**
   * All pages of a search, of the view of the first.
   *
   * <p><b>Demand:</b> a page is asked for when it is wanted. Who waits for longer than a minute
   * between two finds the cursor expired.
   */
  public Flux<SearchAnswer> pages(Search search) {
    return search(search.paged(true))
        .expand(page -> page.cursor().map(this::next).orElseGet(Mono::empty));
  }

  /**
   * The nearest of each search, from one view. Vectors with nothing else apart travel as float32.
   */
  public Mono<BatchAnswer> search(SearchBatch batch) {
    return transport.call(request(batch), terms, RowJson::batch);
  }

  private ApiRequest request(SearchBatch batch) {
    String route = path + "/search/batch";
    List<Vector> vectors =
        batch.searches().stream()
            .map(Search::origin)
            .filter(Search.Origin.Given.class::isInstance)
            .map(origin -> ((Search.Origin.Given) origin).vector())
            .toList();
    List<String> targets =
        batch.searches().stream()
            .map(search ->
                parameters(route, search).at(batch.minPosition(), batch.asOf()).toString())
            .distinct()
            .toList();
    boolean alike =
        vectors.size() == batch.searches().size()
            && targets.size() == 1
            && vectors.stream().mapToInt(Vector::dimension).distinct().count() == 1
            && targets.getFirst().length() <= MAX_TARGET_CHARS;
    return alike
        ? ApiRequest.read(targets.getFirst(), ApiRequest.FLOAT32, float32(vectors))
        : ApiRequest.read(route, ApiRequest.JSON, RequestJson.batch(batch));
  }

  private static byte[] float32(List<Vector> vectors) {
    int bytes = vectors.stream().mapToInt(vector -> vector.dimension() * Float.BYTES).sum();
    ByteBuffer all = ByteBuffer.allocate(bytes);
    vectors.forEach(vector -> vector.writeTo(all));
    return all.array();
  }

  /**
   * Live rows of one view, by partition and offset; see {@link #export(ExportRequest, Consumer)}.
   */
  public Flux<Row> export(ExportRequest request) {
    return export(request, _ -> {});
  }

  /**
   * Live rows of one view, by partition and offset.
   *
   * <p><b>Demand:</b> is that of the connection: who does not ask for rows is not sent any, up to
   * what sockets hold. The server ends an export after 30 minutes, however it is read.
   *
   * <p><b>Errors:</b> it is tried again until the answer begins, and then no more. An export that
   * is cut off ends with an error, never as if it were whole.
   *
   * <p><b>Cancellation:</b> closes the connection, and gives the view back.
   *
   * @param begun is told which position the rows are of, before the first comes
   */
  public Flux<Row> export(ExportRequest request, Consumer<Seen> begun) {
    ReadOptions options = request.options();
    Target target = Target.of(path + "/export");
    boolean lines = request.form() == ExportRequest.Form.LINES;
    if (lines) {
      target
          .with("withVector", Boolean.toString(options.withVector()))
          .with("withPayload", Boolean.toString(options.withPayload()));
    }
    target.at(options.minPosition(), options.asOf());
    request.filter().ifPresent(filter -> target.with("filter", filter.toString()));
    return transport.rows(
        ApiRequest.get(target.toString()).accepting(lines ? ApiRequest.NDJSON : ApiRequest.FLOAT32),
        terms,
        lines ? LineDecoder::new : FrameDecoder::new,
        begun);
  }

  /**
   * Rows that come and match, and rows that matched and go.
   *
   * <p>When its connection breaks, or the server stops, it connects anew and goes on behind the
   * last event: nothing is left out and nothing comes twice. It fails when that does not succeed
   * within so many attempts in a row as the client's {@link Retries} have, or when it cannot be
   * told any more what has changed since ({@code position-gone}); else it does not end.
   *
   * <p><b>Demand:</b> is that of the connection. The server ends a connection whose client falls
   * too far behind; the watch then goes on over another.
   *
   * <p><b>Cancellation:</b> closes the connection.
   */
  public Flux<WatchEvent> watch(WatchRequest request) {
    return Flux.defer(() -> {
      Watch watch = new Watch(transport.server(), path, request);
      return transport.events(watch::request, terms, watch::read);
    });
  }

  /**
   * Has a shard go on that has stopped; returns what happens now, in words. Is not tried again when
   * a connection breaks: it may have been heard.
   */
  public Mono<String> resume(int partition, ResumeWay way) {
    ApiRequest request =
        ApiRequest.order(path + "/shards/" + partition + "/resume", RequestJson.resume(way));
    return transport.call(request, terms, body -> JsonObject.read(body).text("detail"));
  }
}
