package io.weir.deploy;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the jar. */
final class Version implements IVersionProvider {

  /** Needed by picocli, which makes one where it is asked for the version. */
  Version() {}

  @Override
  public String[] getVersion() {
    return new String[] {"Weir " + ofWeir() + " on Java " + Runtime.version()};
  }

  private static String ofWeir() {
    return Optional.ofNullable(Version.class.getPackage())
        .map(Package::getImplementationVersion)
        .orElse("(built without a jar)");
  }
}
