//! The words all rooms share: places, periods, ages, sex, code lists, crosswalks, cells, tables, findings.
