package io.weir.deploy.key;

import io.weir.api.access.ApiKey;
import io.weir.api.access.KeyHash;
import io.weir.api.access.KeysFile;
import io.weir.api.access.Role;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints a new key, and what the settings need to know of it. */
@Command(
    name = "key",
    description = {
      "Make a key for the HTTP API.",
      "",
      "Prints a new key, 256 bits at random, on the first line: it is shown once, and kept nowhere."
          + " What follows goes into the settings: the key's hash, its name for the logs, its role."
          + " Clients send the key as 'Authorization: Bearer KEY' or as 'api-key: KEY'.",
    },
    footer = {
      "  deploy/weir key --name grafana",
      "  deploy/weir key --name ops --role admin --expires 2027-01-31",
    })
public final class KeyCommand implements Callable<Integer> {

  /** What finds keys that were published by mistake looks for such a beginning. */
  private static final String PREFIX = "weir_";

  private static final int RANDOM_BYTES = 32;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec spec;

  @Option(
      names = {"-n", "--name"},
      paramLabel = "NAME",
      required = true,
      description = "What logs call the key: 1 to 64 of a-z A-Z 0-9 . _ -")
  private String name = "";

  @Option(
      names = {"-r", "--role"},
      paramLabel = "ROLE",
      description =
          "read, or admin: also for what changes something, checkpoints and shards that are to go"
              + " on. Default: read.")
  private String role = Role.READ.text();

  @Option(
      names = {"-e", "--expires"},
      paramLabel = "TIME",
      description =
          "From when on the key is good for nothing, such as 2027-01-31 or 2027-01-31T12:00:00Z."
              + " Default: never.")
  private @Nullable String expires;

  @Override
  public Integer call() {
    String key = random();
    ApiKey known = new ApiKey(checkedName(), KeyHash.of(key), checkedRole(), checkedExpiry());
    PrintWriter out = spec.commandLine().getOut();
    out.println(key);
    out.println();
    out.println("The settings recognise it by:");
    out.println();
    out.println("http:");
    out.println("  keys:");
    out.println("    - name: " + known.name());
    out.println("      role: " + known.role().text());
    out.println("      sha256: " + known.hash().hex());
    known.expires().ifPresent(time -> out.println("      expires: " + time));
    out.println();
    out.println("or, without a restart, by a line in the file that http.keys-file names:");
    out.println();
    out.println(KeysFile.line(known));
    out.flush();
    return 0;
  }

  private static String random() {
    byte[] bytes = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(bytes);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private String checkedName() {
    if (!ApiKey.NAME.matcher(name).matches()) {
      throw misused("--name is '" + name + "'; allowed: 1 to 64 of a-z A-Z 0-9 . _ -");
    }
    return name;
  }

  private Role checkedRole() {
    return Arrays.stream(Role.values())
        .filter(one -> one.text().equals(role))
        .findFirst()
        .orElseThrow(() -> misused("--role is '" + role + "'; allowed: read or admin"));
  }

  private Optional<Instant> checkedExpiry() {
    if (expires == null) {
      return Optional.empty();
    }
    Optional<Instant> time = KeysFile.time(expires);
    if (time.isEmpty()) {
      throw misused(
          "--expires is '"
              + expires
              + "'; allowed: a date or a time, such as 2027-01-31 or 2027-01-31T12:00:00Z");
    }
    return time;
  }

  private ParameterException misused(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
