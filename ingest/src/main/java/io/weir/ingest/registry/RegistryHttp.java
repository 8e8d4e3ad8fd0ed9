package io.weir.ingest.registry;

import io.weir.ingest.decode.SchemaId;
import io.weir.ingest.decode.SchemaSource.Answer;
import io.weir.ingest.decode.WrittenSchema;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Asks a registry over HTTP; blocks.
 *
 * <p><b>Ownership:</b> owns its HTTP client. <b>Threads:</b> any.
 */
final class RegistryHttp implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
  private static final long MAX_BODY_BYTES = 8L << 20;
  private static final int MAX_REFERENCES = 1_000;

  private static final int OK = 200;
  private static final int NOT_FOUND = 404;

  /** No such subject, version or schema; a mere 404 may come from anything on the way. */
  private static final List<Integer> UNKNOWN = List.of(40_401, 40_402, 40_403);

  private final String base;
  private final Optional<String> authorization;
  private final HttpClient client;

  RegistryHttp(RegistrySettings settings) {
    this.base = settings.url().toString().replaceFirst("/+$", "");
    this.authorization =
        switch (settings.access()) {
          case RegistrySettings.Access.Open() -> Optional.empty();
          case RegistrySettings.Access.Basic(String user, String password) ->
              Optional.of(
                  "Basic "
                      + Base64.getEncoder()
                          .encodeToString(
                              (user + ":" + password).getBytes(StandardCharsets.UTF_8)));
          case RegistrySettings.Access.Bearer(String token) -> Optional.of("Bearer " + token);
        };
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT_TIMEOUT)
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
  }

  /** Fetches a schema and all that it refers to. */
  Answer fetch(SchemaId id) throws RegistryException, InterruptedException {
    String path =
        switch (id) {
          case SchemaId.OfRegistry(int number) -> "/schemas/ids/" + number;
          case SchemaId.Guid(var guid) -> "/schemas/guids/" + guid;
        };
    RegistryAnswer answer = get(path);
    String schema = answer.schema();
    if (schema == null) {
      return new Answer.Unknown("the registry has no schema " + id + ": " + answer.message());
    }
    SequencedMap<String, WrittenSchema.Reference> references = new LinkedHashMap<>();
    Optional<String> missing = addReferences(answer, references);
    return missing.isPresent()
        ? new Answer.Unknown(
            "schema " + id + " refers to " + missing.get() + ", which the registry does not have")
        : new Answer.Known(
            new WrittenSchema(answer.schemaType(), schema, List.copyOf(references.values())));
  }

  /** Adds what an answer refers to, each behind its own references; returns one that is missing. */
  private Optional<String> addReferences(
      RegistryAnswer answer, SequencedMap<String, WrittenSchema.Reference> into)
      throws RegistryException, InterruptedException {
    for (RegistryAnswer.Reference reference : answer.references()) {
      if (into.containsKey(reference.name())) {
        continue;
      }
      if (into.size() == MAX_REFERENCES) {
        throw new RegistryException("a schema with more than " + MAX_REFERENCES + " references");
      }
      RegistryAnswer referred =
          get(
              "/subjects/"
                  + URLEncoder.encode(reference.subject(), StandardCharsets.UTF_8)
                      .replace("+", "%20")
                  + "/versions/"
                  + reference.version());
      String schema = referred.schema();
      if (schema == null) {
        return Optional.of("version " + reference.version() + " of subject " + reference.subject());
      }
      // Held before its own references are read, so that a circle ends; moved behind them after.
      into.put(reference.name(), new WrittenSchema.Reference(reference.name(), schema));
      Optional<String> missing = addReferences(referred, into);
      if (missing.isPresent()) {
        return missing;
      }
      var _ = into.putLast(reference.name(), new WrittenSchema.Reference(reference.name(), schema));
    }
    return Optional.empty();
  }

  /** Returns an answer with a schema, or with one of the errors {@link #UNKNOWN}. */
  private RegistryAnswer get(String path) throws RegistryException, InterruptedException {
    URI uri = URI.create(base + path);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(REQUEST_TIMEOUT)
            .header("Accept", "application/vnd.schemaregistry.v1+json, application/json");
    authorization.ifPresent(value -> request.header("Authorization", value));
    HttpResponse<String> response;
    try {
      response =
          client.send(
              request.build(),
              BodyHandlers.limiting(BodyHandlers.ofString(StandardCharsets.UTF_8), MAX_BODY_BYTES));
    } catch (IOException e) {
      throw new RegistryException(uri + ": " + e, e);
    }
    RegistryAnswer answer = RegistryAnswer.read(response.body());
    int status = response.statusCode();
    if (status == OK && answer != null && answer.schema() != null) {
      return answer;
    }
    if (status == NOT_FOUND && answer != null && UNKNOWN.contains(answer.errorCode())) {
      return new RegistryAnswer(
          null, answer.schemaType(), List.of(), answer.errorCode(), answer.message());
    }
    throw new RegistryException(
        uri
            + ": status "
            + status
            + (answer == null || answer.message().isEmpty()
                ? ""
                : ": " + answer.message().replaceAll("\\p{Cntrl}", "?")));
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
