package io.weir.deploy.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How constants are written in settings, options and reports: in lower case, with hyphens. */
public final class ConstantName {

  private ConstantName() {}

  /** The name of a constant, as it is written. */
  public static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The constant that is written so, if there is one. */
  public static <E extends Enum<E>> Optional<E> find(E[] constants, String name) {
    return Arrays.stream(constants).filter(constant -> of(constant).equals(name)).findFirst();
  }
}
