package io.weir.deploy.shard;

import io.weir.deploy.client.WeirConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;

/** Tells a shard that has stopped how to go on. */
@Command(
    name = "resume",
    description = {
      "Have a shard go on that has stopped.",
      "",
      "Without one of the ways below it tries again as it is: after a right was granted, a disk"
          + " repaired, a registry brought back.",
    },
    footer = {
      "  deploy/weir shard resume -c docs -p 3",
      "  deploy/weir shard resume -c docs -p 3 --accept-gap",
      "  deploy/weir shard resume -c docs -p 3 --accept-gap --next-offset 1042",
      "  deploy/weir shard resume -c docs -p 3 --rebuild",
    })
final class ResumeCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec spec;

  @Option(
      names = {"-c", "--collection"},
      paramLabel = "NAME",
      required = true,
      description = "The collection.")
  private String collection = "";

  @Option(
      names = {"-p", "--partition"},
      paramLabel = "N",
      required = true,
      description = "The partition.")
  private int partition;

  @Option(
      names = {"-u", "--url"},
      paramLabel = "URL",
      description = "Where Weir answers. Default: ${DEFAULT-VALUE}.",
      defaultValue = "http://127.0.0.1:8080")
  private URI url = WeirConnection.DEFAULT_URL;

  @ArgGroup private @Nullable Way way;

  @Option(
      names = "--next-offset",
      paramLabel = "OFFSET",
      description = "With --accept-gap: where to go on; else where the log begins now.")
  private @Nullable Long nextOffset;

  /** One of the ways to go on. */
  private static final class Way {

    @Option(
        names = "--accept-gap",
        description = "Go on without the records in between; the gap is recorded for good.")
    private boolean acceptGap;

    @Option(
        names = "--accept-partitions",
        description =
            "Go on with the partitions that the topic has now. A key may then be in two of them:"
                + " see ingest/README.md.")
    private boolean acceptPartitions;

    @Option(
        names = "--rebuild",
        description =
            "Read the partition again from where its log begins, into new files that take the"
                + " place of the old ones when they have caught up.")
    private boolean rebuild;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (nextOffset != null && (way == null || !way.acceptGap)) {
      throw new ParameterException(spec.commandLine(), "--next-offset goes with --accept-gap only");
    }
    String path =
        "/v1/collections/"
            + WeirConnection.segment(collection)
            + "/shards/"
            + partition
            + "/resume";
    JsonNode answer;
    try (WeirConnection weir = new WeirConnection(url)) {
      answer = weir.post(path, body());
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(collection + " partition " + partition + ": " + answer.path("detail").asString(""));
    out.flush();
    return 0;
  }

  private byte[] body() {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), body)) {
      json.writeStartObject();
      if (way != null) {
        json.writeBooleanProperty("acceptGap", way.acceptGap);
        json.writeBooleanProperty("acceptPartitions", way.acceptPartitions);
        json.writeBooleanProperty("rebuild", way.rebuild);
      }
      if (nextOffset != null) {
        json.writeNumberProperty("nextOffset", nextOffset);
      }
      json.writeEndObject();
    }
    return body.toByteArray();
  }
}
