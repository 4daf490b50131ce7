// How a person is shown: the name first, and the account by which the record knows them, as in a printed report.

/** Of the field `analyst` the name stands in `analyst_name`, where the node knows one. */
export function personIn<T extends object>(of: T, field: keyof T & string): string {
  const given = of as Readonly<Record<string, unknown>>
  const account = typeof given[field] === 'string' ? given[field] : ''
  const name = given[`${field}_name`]
  return typeof name === 'string' && name !== '' && name !== account ? `${name}(${account})` : account
}
