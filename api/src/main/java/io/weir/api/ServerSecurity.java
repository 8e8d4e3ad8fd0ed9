package io.weir.api;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.api.access.AccessControl;
import io.weir.api.access.ApiKeys;
import io.weir.api.access.KeysFile;
import io.weir.api.access.ReloadedFiles;
import io.weir.api.access.SecuritySettings;
import io.weir.api.http.HttpSecurity;
import io.weir.api.http.ServerTls;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What protects a server, made of its settings.
 *
 * <p><b>Ownership:</b> owns the threads that look at files.
 */
final class ServerSecurity implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ServerSecurity.class);

  private final Optional<ReloadedFiles<ApiKeys>> keysFile;
  private final HttpSecurity security;

  private ServerSecurity(Optional<ReloadedFiles<ApiKeys>> keysFile, HttpSecurity security) {
    this.keysFile = keysFile;
    this.security = security;
  }

  /**
   * Reads the files.
   *
   * @throws IOException if one cannot be read or is wrong; nothing is left running then
   * @throws IllegalArgumentException if two keys of the settings are the same
   */
  static ServerSecurity start(SecuritySettings settings, MeterRegistry meters) throws IOException {
    ApiKeys keys = new ApiKeys(settings.keys());
    Optional<ReloadedFiles<ApiKeys>> file =
        settings.keysFile().isPresent()
            ? Optional.of(
                ReloadedFiles.start(
                    "keys",
                    List.of(settings.keysFile().get()),
                    contents -> KeysFile.read(contents.getFirst(), keys),
                    settings.reloadInterval(),
                    meters))
            : Optional.empty();
    try {
      Optional<ServerTls> tls =
          settings.tls().isPresent()
              ? Optional.of(
                  ServerTls.start(settings.tls().get(), settings.reloadInterval(), meters))
              : Optional.empty();
      LOG.info(
          "{}, {}",
          encryption(settings),
          settings.needsKeys() ? "requests need keys" : "everybody may ask");
      return new ServerSecurity(file, new HttpSecurity(access(settings, keys, file), tls));
    } catch (IOException | RuntimeException e) {
      file.ifPresent(ReloadedFiles::close);
      throw e;
    }
  }

  private static String encryption(SecuritySettings settings) {
    return settings
        .tls()
        .map(files ->
            files.clientAuthorities().isPresent()
                ? "connections are encrypted, clients need certificates"
                : "connections are encrypted")
        .orElse("connections are not encrypted");
  }

  private static AccessControl access(
      SecuritySettings settings, ApiKeys keys, Optional<ReloadedFiles<ApiKeys>> file) {
    if (file.isPresent()) {
      return AccessControl.of(file.get()::current, settings.requestsPerSecond());
    }
    return keys.size() == 0
        ? AccessControl.none()
        : AccessControl.of(() -> keys, settings.requestsPerSecond());
  }

  HttpSecurity security() {
    return security;
  }

  @Override
  public void close() {
    keysFile.ifPresent(ReloadedFiles::close);
    security.tls().ifPresent(ServerTls::close);
  }
}
