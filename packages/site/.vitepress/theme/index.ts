import theme from "vitepress/theme-without-fonts";
import "./style.css";

/** The default theme, without its fonts. */
export default theme;
