package io.weir.deploy.config;

import java.util.Locale;
import java.util.regex.Pattern;

/** Decides by its name which value must not be shown. */
final class Secrets {

  private static final Pattern SECRET =
      Pattern.compile(
          "passw|passphrase|secret|jaas|token|credential|private|keystore\\.key|sha256");

  private static final Pattern USER_OF_ADDRESS = Pattern.compile("//[^/\\s]*@");

  private static final String HIDDEN = "(hidden)";

  private Secrets() {}

  /** Whether the key says that its value is a secret. */
  static boolean isSecret(String key) {
    return SECRET.matcher(key.toLowerCase(Locale.ROOT)).find();
  }

  /**
   * Returns the value, or a stand-in where the key says that it is a secret; of an address that has
   * a user only what stands behind it.
   */
  static String shown(String key, String value) {
    return isSecret(key) ? HIDDEN : USER_OF_ADDRESS.matcher(value).replaceAll("//" + HIDDEN + "@");
  }
}
